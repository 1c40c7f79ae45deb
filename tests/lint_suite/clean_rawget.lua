-- clean
local o = setmetatable({}, { __index = function(t, k) return k end })
local v = rawget(o, "x")
sleep(10)
