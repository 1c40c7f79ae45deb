-- fires: error
pcall(select(2, cls, sleep, 10))
