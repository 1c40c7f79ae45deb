-- clean (ptp): which of two names comes first is not known; here the one that fails does
local f4 = loadfile('A/CHDK/SCRIPTS/part1.lua')
local o6 = setmetatable({}, { __call = f4 })
pcall(o6)
-- file A/CHDK/SCRIPTS/part1.lua
function g2(a, b)
  (shoot)(0)
end
for k, v3 in pairs({ go = g2, stay = function() assert(false) shoot() end }) do
  v3(1)
end
