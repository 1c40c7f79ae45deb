-- fires: error
local config = { modes = { { name = "fast", run = function() shoot() end } } }
pcall(config.modes[1].run)
