-- fires: warning
local o = setmetatable({}, {__index=function(t,k) sleep(1) return 1 end})
local list = {}
list[get_vbatt()] = o
for k, v in pairs(list) do print(v.foo) end
