-- fires: error
local actions = { shoot = function() shoot() end, clear = cls }
pcall(actions["shoot"])
