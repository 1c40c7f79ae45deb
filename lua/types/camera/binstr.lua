-- made by moonshutter types: changes here are lost
---@meta

---@class binstr
local binstr = {}

---Numbers to little endian bytes.
---@param v integer|table
---@param size? any (default 4)
---@return string
function binstr.pack(v, size) end

---Little endian number, not sign extended.
---@param s string
---@param size? any (default 4)
---@param pos? any (default 1)
---@return integer|nil
function binstr.getnum(s, size, pos) end

---String to numbers.
---@param s string
---@param size? any (default 4)
---@return table
function binstr.unpack(s, size) end

return binstr
