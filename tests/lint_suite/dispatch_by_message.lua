-- fires: warning
local actions = { shoot = function() shoot() end, clear = function() cls() end }
local name = "clear"
if get_prop(1) == 1 then name = "shoot" end
pcall(actions[name])
