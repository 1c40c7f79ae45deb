-- fires: warning
local V = { __newindex = function(a, b) sleep(1) return true end }
local p, q = setmetatable({}, V), {}
local t = { p, q }
t[get_prop(1) + 1].x = 1
