-- fires: error
local prefix = "lib/"
require(prefix .. "waits")
-- file A/CHDK/LUALIB/lib/waits.lua
sleep(100)
