-- clean
local part = assert(loadfile("A/CHDK/SCRIPTS/part.lua"))
part()
-- file A/CHDK/SCRIPTS/part.lua
shoot()
