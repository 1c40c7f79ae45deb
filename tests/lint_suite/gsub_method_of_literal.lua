-- fires: error
local r = ("a b"):gsub("%a", function() shoot() return "x" end)
