-- fires: error
getmetatable("x").__unm = function(a) sleep(1) return a end
local s = -"abc"
