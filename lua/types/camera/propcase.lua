-- made by moonshutter types: changes here are lost
---@meta

---Property name to id for this camera.
---
---Loads gen/propsetN; sets global p.
---@type table<string, integer>
local propcase = {}

return propcase
