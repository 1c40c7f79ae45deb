-- clean
local a = setmetatable({}, { __eq = function() sleep(1) return true end })
local b = setmetatable({}, { __eq = function() return true end })
print(a == b)
