-- clean
local o = setmetatable({}, { __index = function(t, k) return sleep end })
o.wait(10)
