-- fires: error
getmetatable("").__index.nap = function(s) sleep(#s) end
pcall(function() ("xx"):nap() end)
