-- clean
sleep = nil
pcall(function() sleep(10) end)
