-- fires: warning
local p = newproxy(true)
getmetatable(p).__len = function() sleep(1) return 3 end
print(#p)
