-- clean
local sleep = function(ms) return ms end
pcall(sleep, 10)
