-- fires: warning
require("cleanup")
sleep(1000)
-- file A/CHDK/LUALIB/cleanup.lua
function restore() click("menu") end
