-- fires: warning
local t = { function(a, b) return a < b end, function(a, b) sleep(1) return a < b end }
table.sort({ 2, 1 }, t[get_prop(1) + 1])
