-- fires: warning
local o = setmetatable({}, {__tostring=function(a) sleep(1) return "1" end})
local list = {}
list[get_vbatt()] = o
for k, v in pairs(list) do local s = tostring(v) end
