--[[
@title T
@chdk_version 1.6
@param a Shots
@param <!b!> Pause
#<!c!>=1 "C"
#d=1 "D"
--]]
for i = 1, a do shoot() end
if d == 1 then print("x") end
