-- fires: warning
local a, b = {}, {}
local t = { a, b }
setmetatable(t[get_prop(1) + 1], { __index = function() sleep(1) end })
print(a.x)
