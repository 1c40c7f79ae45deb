-- fires: warning
local o = setmetatable({}, { __tostring = function() sleep(1) return "o" end })
print("object", o)
