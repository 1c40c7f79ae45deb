iso_over_val_save = get_iso_mode()
print(iso_over_val_save)
x1 = 1
y_max = 3
print(y_max, x1)
