-- fires: error
local o = setmetatable({}, { __index = function(t, name) return sleep end })
pcall(o.anything, 10)
