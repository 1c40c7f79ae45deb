-- fires: error
local function traced(name) local f = _G[name]; _G[name] = function(...) local r = { pcall(f, ...) } if not r[1] then error(r[2], 0) end return unpack(r, 2) end end
traced("get_prop") traced("sleep")
sleep(1)
