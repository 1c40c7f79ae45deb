-- fires: error
getmetatable("").__index = function(s, k) sleep(1) return string[k] end
local s = "abc"
print(s:len())
