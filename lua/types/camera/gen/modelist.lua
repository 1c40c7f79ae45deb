-- made by moonshutter types: changes here are lost
---@meta

---CHDK mode names by number.
---@type table<integer, string>
local modelist = {}

return modelist
