-- fires: error
local cam = require "cam"
-- file A/CHDK/SCRIPTS/cam.lua
local cam = {}
function cam.init()
  press("shoot_half")
  release("shoot_half")
end
cam.init()
return cam
