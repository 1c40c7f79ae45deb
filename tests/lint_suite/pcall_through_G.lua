-- fires: error
_G.pcall(sleep, 10)
