-- clean
local lib = { cam = { act = { fire = shoot, name = function() return "n" end } } }
local o = lib
for part in ("cam.act.name"):gmatch("%w+") do o = o[part] end
pcall(o)
