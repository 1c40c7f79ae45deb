-- clean
debug.setmetatable(0, { __call = function(n) sleep(n) end })
local n = 5
n()
