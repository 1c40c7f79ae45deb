-- fires: error
local code = "sl" .. "eep(10)"
local f = assert(loadstring(code))
pcall(f)
