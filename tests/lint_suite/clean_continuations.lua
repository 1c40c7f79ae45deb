-- clean
local function a(k) k(1) end
local function b(n, k) k(n + 1) end
local later
pcall(a, function(x) b(x, function(y) later = function() sleep(y) end end) end)
later()
