-- fires: error
pcall(press, "shoot_half")
