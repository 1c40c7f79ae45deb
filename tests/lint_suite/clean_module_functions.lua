-- clean
local cam = require("cam")
cam.take()
-- file A/CHDK/LUALIB/cam.lua
local cam = {}
function cam.take()
  shoot()
  sleep(10)
end
return cam
