--[[
@title T
@chdk_version 1.6
@param <!sleep!> Pause
@param shoot Not called below
@param mode Fine
--]]
sleep(mode + shoot)
