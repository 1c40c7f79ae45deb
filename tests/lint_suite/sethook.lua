-- fires: warning
debug.sethook(function() sleep(1) end, "l")
local x = 1
local y = 2
