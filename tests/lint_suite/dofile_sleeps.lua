-- fires: error
dofile("A/CHDK/SCRIPTS/part.lua")
-- file A/CHDK/SCRIPTS/part.lua
sleep(10)
