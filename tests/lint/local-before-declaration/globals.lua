-- A local that copies a global of the same name, and globals that are set elsewhere.
local print = print
local function set() speed = 1 end
set()
print(speed)
local speed = 2
print(speed)
