-- fires: error
function string.wait(s) sleep(#s) end
pcall(function() ("abc"):wait() end)
