-- clean
local action = shoot
action = cls
pcall(action)
