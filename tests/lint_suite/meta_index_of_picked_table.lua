-- fires: warning
local t = { setmetatable({}, { __index = function() sleep(1) end }), { x = 1 } }
local o = t[get_prop(1) + 1]
print(o.x)
