-- fires: warning
local a, b = {}, {}
local t = { a, b }
table.insert(t[get_prop(1) + 1], sleep)
for _, f in ipairs(a) do pcall(f, 1) end
