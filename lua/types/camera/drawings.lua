-- made by moonshutter types: changes here are lost
---@meta

---@class draw
draw = {}
---@class SCREEN_DRAWINGS
SCREEN_DRAWINGS = {}
local drawings = {}

---Add a drawing.
---
---require"drawings" sets globals draw and SCREEN_DRAWINGS.
---@param type any
---@param ... any
---@return integer|false
function draw.add(type, ...) end

---Replace drawing.
---@param n any
---@param type any
---@param ... any
---@return integer|false
function draw.replace(n, type, ...) end

---Parameters of a drawing.
---@param n any
---@return table
function draw.get_params(n) end

---Remove drawing.
---@param n any
function draw.remove(n) end

---Remove all and clear.
function draw.clear() end

---Clear and draw all.
function draw.redraw() end

---Draw all.
function draw.overdraw() end

---Colour number.
---@param name any
---@return integer
function draw.make_color(name) end

---Pack for set_config_value.
---@param fg any
---@param bg any
---@return integer
function draw.pack_cnf_colors(fg, bg) end

---Unpack.
---@param v any
---@return any fg
---@return any bg
function draw.unpack_cnf_colors(v) end

return drawings
