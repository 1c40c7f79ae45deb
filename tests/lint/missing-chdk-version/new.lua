--[[
@title New
@chdk_version 1.5
--]]
print("x")
