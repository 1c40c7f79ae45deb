-- fires: error
local action = shoot
pcall(action)
action = cls
