iso_over_val_save = get_iso_mode()
set_iso_mode(0)
set_iso_mode(<!iso_val_save!>)
print(<!shot_count!> + 1)
shots_count = 3
