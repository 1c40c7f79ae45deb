-- fires: warning
local lib
if is_key("set") then lib = require("waits") end
-- file A/CHDK/LUALIB/waits.lua
sleep(100)
