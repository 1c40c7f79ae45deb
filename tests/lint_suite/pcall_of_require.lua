-- fires: error
local ok, lib = pcall(require, "waits")
-- file A/CHDK/LUALIB/waits.lua
sleep(100)
return {}
