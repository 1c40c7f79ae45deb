-- fires: error
pcall(release, "shoot_half")
