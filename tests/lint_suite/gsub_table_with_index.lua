-- fires: error
local words = setmetatable({}, { __index = function(t, k) sleep(1) return k end })
string.gsub("abc", ".", words)
