--[[
@title T
@chdk_version 1.6
@param a Flag
@range a 0 1
#b=true "B"
@param c Set below
--]]
if <!get_usb_power(1)!> then print(1) end
while <!a!> do break end
local p = get_usb_power(1)
if not <!p!> then print(2) end
local x = <!get_nd_present()!> and 5 or 3
if b and (<!get_zoom()!> or x == 3) then print(3) end
-- Booleans, what may be nil, defaults, and parameters that the script sets.
if get_shooting() and get_current_tv96() then print(4) end
local z = get_zoom() or 0
c = c == 1
if c then print(z) end
if get_usb_power(1) == 1 or a == 1 then print(5) end
while 1 do break end
if string.find("a", "b") then print(6) end
local q = get_usb_power(1)
q = q == 1
if q then print(7) end
-- Who compares it, too, thinks of nil.
local cells = md_detect_motion(6, 4)
if cells and cells > 0 then print(8) end
if b and cells and (cells > 3 or x == 5) then print(9) end
if <!cells!> and x == 5 then print(10) end
