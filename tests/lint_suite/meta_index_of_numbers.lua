-- fires: error
debug.setmetatable(0, { __index = function(n, k) sleep(1) end })
local n = 5
print(n.foo)
