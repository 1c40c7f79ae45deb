-- fires: error
local name = "pcall"
_G[name](sleep, 10)
