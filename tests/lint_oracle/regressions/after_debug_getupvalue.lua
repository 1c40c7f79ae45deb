-- fires (ptp): what debug functions return is not known, and does not end the script
local u2 = get_tick_count
local function f3() return u2(1) end
local _, v = debug.getupvalue(f3, 1)
v(1)
pcall(shoot, 1)
