-- fires: warning
local V = { __eq = function(a, b) sleep(1) return true end }
local p, q = setmetatable({}, V), setmetatable({}, V)
local t = { p, 5 }
print(t[get_prop(1) + 1] == q)
