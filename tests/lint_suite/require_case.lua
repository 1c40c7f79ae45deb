-- fires: error
local lib = require("LIB/Start")
-- file A/CHDK/LUALIB/lib/start.lua
shoot()
