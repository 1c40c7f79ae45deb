-- fires: error
local lib = require("lib.start")
-- file A/CHDK/LUALIB/lib/start.lua
shoot()
