-- clean
local A, B = { a = function() return 1 end }, { b = function() sleep(1) end }
local o = setmetatable({}, { __index = function(_, k) return A[k] or B[k] end })
pcall(o.a)
o.b()
