-- fires: warning
local mt = {__lt=function(a,b) sleep(1) return false end}
local list = {}
for i = 1, get_zoom_steps() + 3 do list[#list + 1] = setmetatable({ i }, mt) end
table.sort(list)
