-- clean
local function pcall(f, ...) return f(...) end
pcall(sleep, 10)
