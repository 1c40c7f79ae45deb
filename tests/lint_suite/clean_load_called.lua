-- clean
local parts = { "sleep(10)" }
local f = load(function() return table.remove(parts) end)
f()
