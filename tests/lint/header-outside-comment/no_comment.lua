<!@title Bare!>
print("x")
