-- fires: error
local cam = require("cam")
pcall(cam.take)
-- file A/CHDK/LUALIB/cam.lua
local cam = {}
function cam.take()
  shoot()
end
return cam
