-- clean
local t = { "a", tostring(sleep(1) or "b") }
print(table.concat(t))
