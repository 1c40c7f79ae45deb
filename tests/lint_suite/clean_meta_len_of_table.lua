-- clean
local o = setmetatable({ 1, 2 }, { __len = function() sleep(1) return 9 end })
print(#o)
