-- fires: error
local sleep0 = sleep
function sleep(ms) return sleep0(ms + 10) end
pcall(function() sleep(10) end)
