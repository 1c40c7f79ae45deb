--[[
@title T
@chdk_version 1.6
@param a Shots
#ui_x=1 "X"
--]]
-- global: from_elsewhere
local function set() level = 1 end
set()
require("drawings")
require("speedy")
draw.clear()
print(a, ui_x, level, SCREEN_DRAWINGS, speed, speed_of(1))
if type(new_function) == "function" then new_function() end
if DEBUG then print("x") end
local x = maybe or 1
if other == nil then other_way = true end
_G.made = 1
_G["made_too"] = 2
rawset(_G, "made_three", 3)
print(made, made_too, made_three, x, other_way, hook_raw, rawop, _VERSION)
for i = 1, 3 do t = i end
print(t)
function restore() print("x") end
loadstring("made_four = 4")()
print(made_four)
