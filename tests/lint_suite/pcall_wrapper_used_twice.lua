-- fires: error
local function try(f, ...) return pcall(f, ...) end
try(get_prop, 1)
try(sleep, 10)
