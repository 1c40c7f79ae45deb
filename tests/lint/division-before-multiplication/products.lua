local a, b, c = 7, 2, 3
print(<!a / b * c!>, <!a / 1000 * 24!>, 7 / 2 * 2 * 3)
print(a * c / b, (a / b) * c, a / b * b, 8 / 2 * c, a / 1 * c, c * (a / b), a % b * c)
