-- fires: error (library)
local function named(name, ...) return pcall(_G[name], ...) end
return { wait = function(ms) return named(table.concat({ "sl", "eep" }), 10) end }
