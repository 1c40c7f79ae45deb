--[[
@chdk_version 1.6
@param near Near
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
Words on how to use this script, and on who wrote it and when.
@param <!far!> Far
@param other Documented, not read
--]]
print(near, far)
