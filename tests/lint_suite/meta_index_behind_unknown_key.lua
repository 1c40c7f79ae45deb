-- fires: warning
local t = {}
t[get_prop(1)] = setmetatable({}, { __index = function() sleep(1) end })
local o = t[0]
if o then print(o.x) end
