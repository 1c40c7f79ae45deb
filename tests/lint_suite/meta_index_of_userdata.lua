-- fires: warning
local p = newproxy(true)
getmetatable(p).__index = function(_, k) sleep(1) return k end
print(p.name)
