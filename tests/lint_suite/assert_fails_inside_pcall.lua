-- fires: warning
local ok = pcall(function() assert(is_pressed("set")) end)
if not ok then pcall(sleep, 1) end
