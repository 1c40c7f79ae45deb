-- fires: error
local n, f = 0, print
pcall(function() while true do n = n + 1 if n > 300 then f = sleep error("x") end end end)
pcall(f, 1)
