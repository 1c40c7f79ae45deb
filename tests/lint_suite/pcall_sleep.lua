-- fires: error
pcall(sleep, 100)
