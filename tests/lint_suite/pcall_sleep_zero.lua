-- fires: error
pcall(sleep, 0)
