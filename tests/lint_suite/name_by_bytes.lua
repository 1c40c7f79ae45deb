-- fires: error
local t = { ("sleep"):byte(1, -1) }
pcall(_G[string.char(unpack(t))], 1)
