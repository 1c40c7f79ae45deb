-- fires: warning
local M = { __eq = function(a, b) sleep(1) return true end }
local a, b = setmetatable({}, M), setmetatable({}, M)
if a == b then print("same") end
