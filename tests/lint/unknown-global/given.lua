-- global: from_elsewhere
print(from_elsewhere)
