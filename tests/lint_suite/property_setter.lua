-- fires: error
local setters = { zoom = function(v) sleep(v) end }
local cam = setmetatable({}, { __newindex = function(t, k, v) local s = setters[k] if s then s(v) else rawset(t, k, v) end end })
cam.zoom = 3
