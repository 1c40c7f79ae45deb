-- made by moonshutter types: changes here are lost
---@meta

---@type table<string, integer>
local cnf_user = {}

return cnf_user
