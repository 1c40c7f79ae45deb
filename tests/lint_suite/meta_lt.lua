-- fires: warning
local M = { __lt = function(a, b) sleep(1) return true end }
local a, b = setmetatable({}, M), setmetatable({}, M)
print(a < b)
