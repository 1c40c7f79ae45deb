--[[
@title T
@chdk_version 1.6
@param <!p!> Pause
@param <!speed!> Speed
@param q Fine
--]]
local props = require("propcase")
require("speedy")
print(props, p, q, speed)
