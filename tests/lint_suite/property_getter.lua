-- fires: error
local getters = { size = function(self) sleep(1) return 3 end }
local mt = { __index = function(t, k) local g = getters[k] if g then return g(t) end end }
local o = setmetatable({}, mt)
print(o.size)
