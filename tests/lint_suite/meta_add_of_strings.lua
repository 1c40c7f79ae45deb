-- fires: error
getmetatable("").__add = function(a, b) sleep(1) return a .. b end
local s = "x" + "y"
