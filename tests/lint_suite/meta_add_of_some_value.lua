-- fires: warning
local o = setmetatable({}, {__add=function(a,b) sleep(1) return 1 end})
local list = {}
list[get_vbatt()] = o
for k, v in pairs(list) do print(v + 1) end
