-- fires: error
local function setup() action = shoot end
setup()
pcall(action)
