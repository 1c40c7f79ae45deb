-- fires: error
local V = { __lt = function(a, b) sleep(1) return true end }
local p, q = setmetatable({}, V), setmetatable({}, V)
local t = { p, q }
print(t[get_prop(1) + 1] < q)
