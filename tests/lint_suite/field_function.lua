-- fires: error
local cam = {}
cam.keys = {}
cam.keys.press = function(k) click(k) end
pcall(cam.keys.press, "set")
