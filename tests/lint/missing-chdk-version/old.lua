--[[
<!@title!> Old
@param a Shots
--]]
print(a)
