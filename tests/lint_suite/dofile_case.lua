-- fires: error
dofile("A/CHDK/Scripts/Part.LUA")
-- file A/CHDK/SCRIPTS/part.lua
print("part")
sleep(10)
