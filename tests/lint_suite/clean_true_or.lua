-- clean
pcall(function() return true or sleep(10) end)
