-- fires: error
local keys = { "set", "menu" }
table.foreachi(keys, function(i, key) click(key) end)
