-- fires (ptp): a finalizer has a boundary of its own inside
local function f1(a, b)
  pcall(function() click('menu') end, 10)
end
local p = newproxy(true)
getmetatable(p).__gc = function() f1(1) end
