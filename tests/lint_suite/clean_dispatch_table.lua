-- clean
local actions = { shoot = function() shoot() end, clear = function() cls() end }
pcall(actions.clear)
actions.shoot()
