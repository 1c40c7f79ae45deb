-- fires: error
require("waits")
-- file A/CHDK/LUALIB/waits.lua
sleep(100)
return {}
