-- clean (ptp): the finalizer's assertion fails in collectgarbage(), and nothing after it runs
local p = newproxy(true)
getmetatable(p).__gc = function() assert(false) shoot() end
p = nil
collectgarbage()
pcall(function() sleep(1) end)
