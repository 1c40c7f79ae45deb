-- clean
sleep = function(ms) end
pcall(function() sleep(10) end)
