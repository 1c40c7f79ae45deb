-- fires: error
debug.setmetatable(print, { __index = function(f, k) sleep(1) end })
print(print.x)
