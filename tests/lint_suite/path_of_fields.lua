-- fires: error
local lib = { cam = { act = { fire = shoot } } }
local o = lib
for part in ("cam.act.fire"):gmatch("%w+") do o = o[part] end
pcall(o)
