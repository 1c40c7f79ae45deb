-- fires: error
local util = require("util")
util.try(sleep, 10)
-- file A/CHDK/LUALIB/util.lua
return { try = function(f, ...) return pcall(f, ...) end }
