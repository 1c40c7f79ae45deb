-- fires: error
local o = {}
for i = 1, 300 do if i == 250 then setmetatable(o, { __index = function() sleep(1) end }) end end
print(o.x)
