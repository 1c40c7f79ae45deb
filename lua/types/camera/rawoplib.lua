-- made by moonshutter types: changes here are lost
---@meta

---@type any
local rawoplib = {}

---Fill with CFA colours.
---@param x integer
---@param y integer
---@param w integer
---@param h integer
---@param r integer
---@param g1 integer
---@param b integer
---@param g2? integer
function rawop.fill_rect_rgbg(x, y, w, h, r, g1, b, g2) end

---Hollow rectangle with CFA colours.
---@param x integer
---@param y integer
---@param w integer
---@param h integer
---@param line integer
---@param r integer
---@param g1 integer
---@param b integer
---@param g2? integer
function rawop.rect_rgbg(x, y, w, h, line, r, g1, b, g2) end

---Hollow rectangle.
---@param x integer
---@param y integer
---@param w integer
---@param h integer
---@param line integer
---@param v integer
---@param xstep? integer
---@param ystep? integer
function rawop.rect(x, y, w, h, line, v, xstep, ystep) end

---Meter four CFA elements.
---@param x integer
---@param y integer
---@param xcount integer
---@param ycount integer
---@param xstep integer
---@param ystep integer
---@return integer ...
function rawop.meter_rgbg(x, y, xcount, ycount, xstep, ystep) end

---Meter r,g1,b.
---@param x integer
---@param y integer
---@param xcount integer
---@param ycount integer
---@param xstep integer
---@param ystep integer
---@return integer ...
function rawop.meter_rgb(x, y, xcount, ycount, xstep, ystep) end

---Alias of raw_to_ev.
---@param raw integer
---@param scale? integer
---@return integer
function rawop.raw_to_ev96(raw, scale) end

---Alias of ev_to_raw.
---@param ev integer
---@param scale? integer
---@return integer
function rawop.ev96_to_raw(ev, scale) end

return rawoplib
