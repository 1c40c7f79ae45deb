-- fires: error
local ok, why = pcall(sleep, 100)
if not ok then print(why) end
