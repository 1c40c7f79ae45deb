-- fires: warning
local t = { "x", function() sleep(1) end }
print(("a"):gsub("a", t[get_prop(1) + 1]))
