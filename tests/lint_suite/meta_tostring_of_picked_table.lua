-- fires: warning
local V = { __tostring = function(a, b) sleep(1) return "x" end }
local t = { setmetatable({}, V), 5 }
print(t[get_prop(1) + 1])
