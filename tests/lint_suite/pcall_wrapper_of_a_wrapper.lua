-- fires: error
local function try(f, ...) return pcall(f, ...) end
local function attempt(f, ...) return try(f, ...) end
attempt(sleep, 10)
