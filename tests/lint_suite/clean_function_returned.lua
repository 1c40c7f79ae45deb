-- clean
local ok, wait = pcall(function() return sleep end)
wait(10)
