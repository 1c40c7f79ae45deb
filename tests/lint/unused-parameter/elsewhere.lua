--[[
@title T
@chdk_version 1.6
@param a Shots
--]]
require("speedy")
