-- fires (ptp): a finalizer runs when the script's state is closed, if not before
local p = newproxy(true)
getmetatable(p).__gc = function() sleep(1) end
