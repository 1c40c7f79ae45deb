-- clean
local function run(f, ...) return f(...) end
local function try(f, ...) return pcall(f, ...) end
run(sleep, 10)
try(get_prop, 1)
