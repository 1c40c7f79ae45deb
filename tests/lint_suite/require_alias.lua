-- fires: error
local import = require
import("waits")
-- file A/CHDK/LUALIB/waits.lua
sleep(100)
