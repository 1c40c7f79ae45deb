-- fires: error
debug.setmetatable(nil, { __index = function(n, k) sleep(1) return nil end })
local n
print(n.foo)
