-- fires: error
pcall(pcall, sleep, 10)
