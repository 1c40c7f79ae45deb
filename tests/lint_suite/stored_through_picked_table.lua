-- fires: warning
local a, b = { f = print }, { f = print }
local t = { a, b }
t[get_prop(1) + 1].f = sleep
pcall(b.f, 1)
