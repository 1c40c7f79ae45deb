-- clean
pcall(function() return false and sleep(10) end)
