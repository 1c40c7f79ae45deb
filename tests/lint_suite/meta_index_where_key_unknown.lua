-- fires: error
local t = setmetatable({}, {__index=function(t,k) sleep(1) return 1 end})
t[get_vbatt()] = 1
print(t.foo)
