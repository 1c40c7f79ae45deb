-- made by moonshutter types: changes here are lost
---@meta

---@class capmode
---@field mode_to_name table number to name
---@field name_to_mode table name to number
local capmode = {}

---CHDK mode number, 0 in play.
---@return integer
function capmode.get() end

---Mode name, UNKNOWN or PLAY.
---@return string
function capmode.get_name() end

---SHOOTING_MODE value.
---@return integer
function capmode.get_canon() end

---Set mode.
---@param mode integer|string
---@return boolean
function capmode.set(mode) end

---Whether a mode is in the modemap.
---@param mode integer|string
---@return boolean
function capmode.valid(mode) end

return capmode
