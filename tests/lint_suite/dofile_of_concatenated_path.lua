-- fires: error
local folder = "A/CHDK/SCRIPTS/"
dofile(folder .. "part" .. ".lua")
-- file A/CHDK/SCRIPTS/part.lua
click("set")
