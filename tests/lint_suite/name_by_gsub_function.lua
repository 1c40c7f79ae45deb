-- fires: error
local function rot(s) return (s:gsub("%a", function(c) local b = c:byte() return string.char((b - 97 + 13) % 26 + 97) end)) end
pcall(_G[rot("fyrrc")], 1)
