if <!get_raw()!> then print(1) end
if get_shooting() then print(2) end
