-- fires: error
local ok, f = pcall(function() return shoot end)
pcall(f)
