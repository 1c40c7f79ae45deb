-- clean
local ok = pcall(function() assert(is_pressed("set")) end)
if not ok then sleep(1) end
