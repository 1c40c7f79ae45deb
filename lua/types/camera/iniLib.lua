-- made by moonshutter types: changes here are lost
---@meta

---@class iniLib
local iniLib = {}

---Read A/CHDK/DATA/name.ini.
---@param name any
---@return table
---@return boolean is_new
function iniLib.read(name) end

---Write back what iniLib.read gave.
---@param table any
---@return boolean
function iniLib.write(table) end

return iniLib
