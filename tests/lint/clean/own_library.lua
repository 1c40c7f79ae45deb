--[[
@title Uses a library of its own
@param s Speed
@default s 3
--]]

-- The names of these come from the module.
require("speedy")
local binstr = require("binstr")

speed = s
print(speed_of(10))

local header = binstr.pack({ 1, 2, 3 }, 2)
local f = io.open("A/CHDK/DATA/speed.bin", "wb")
if f then
  f:write(header, binstr.pack(speed_of(1)))
  f:close()
end

for key, value in pairs(_G) do
  if type(value) == "function" and string.find(key, "^get_") then
    io.output("A/CHDK/LOGS/names.txt")
    io.write(key, "\n")
  end
end
io.close()
