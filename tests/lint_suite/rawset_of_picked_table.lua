-- fires: warning
local a, b = { f = print }, { f = print }
local t = { a, b }
rawset(t[get_prop(1) + 1], "f", sleep)
pcall(a.f, 1)
