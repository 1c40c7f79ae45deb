-- fires: error
local obj = { f = print }
local t = {}
t[get_prop(1)] = obj
t[get_prop(1)].f = sleep
pcall(obj.f, 1)
