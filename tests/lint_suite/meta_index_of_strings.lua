-- fires: error
getmetatable("").__index = function(s, k) sleep(1) return string[k] end
print(("x"):upper())
