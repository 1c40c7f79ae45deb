-- fires: error
local s = "key set"
s:gsub("%a+", function(word) click("set") end)
