-- made by moonshutter types: changes here are lost
---@meta

---@type table<string, integer>
local cnf_gps = {}

return cnf_gps
