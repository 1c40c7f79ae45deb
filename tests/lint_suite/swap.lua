-- fires: error
local a, b = shoot, cls
a, b = b, a
pcall(b)
