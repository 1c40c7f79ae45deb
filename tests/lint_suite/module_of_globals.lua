-- fires: error
require("globals")
pcall(take_one)
-- file A/CHDK/LUALIB/globals.lua
function take_one() shoot() end
