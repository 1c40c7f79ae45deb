--[[
@title T
@chdk_version 1.4
--]]
print(<!get_canon_image_format!>())
