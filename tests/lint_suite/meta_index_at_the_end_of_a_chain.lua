-- fires: error
local A = setmetatable({}, { __index = function(t, k) sleep(1) return 0 end })
local B = setmetatable({}, { __index = A })
local C = setmetatable({}, { __index = B })
print(C.zoom)
