-- fires: warning
local V = { __add = function(a, b) sleep(1) return 1 end }
local t = { setmetatable({}, V), 5 }
print(t[get_prop(1) + 1] + 1)
