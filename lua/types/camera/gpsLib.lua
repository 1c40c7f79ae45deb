-- made by moonshutter types: changes here are lost
---@meta

---@class gpsLib
local gpsLib = {}

---GPS propcase as table.
---
---Module value is false without GPS.
---@param scale? any (default 10)
---@return table
function gpsLib.data(scale) end

return gpsLib
