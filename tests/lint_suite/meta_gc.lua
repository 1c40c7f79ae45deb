-- fires: warning
local p = newproxy(true)
getmetatable(p).__gc = function() sleep(1) end
p = nil
collectgarbage()
