-- made by moonshutter types: changes here are lost
---@meta

---@class zoomutil
local zoomutil = {}

---Zoom step nearest to a focal length.
---@param fl any
---@return integer
function zoomutil.get_zoom_for_fl(fl) end

---Zoom step nearest to an equivalent focal length.
---@param efl any
---@return integer
function zoomutil.get_zoom_for_efl(efl) end

---Zoom to focal length.
---@param fl any
function zoomutil.set_zoom_fl(fl) end

---Zoom to equivalent focal length.
---@param efl any
function zoomutil.set_zoom_efl(efl) end

---Equivalent focal length through focal length.
---@return fmath
function zoomutil.get_efl_factor() end

---Focal length to equivalent focal length.
---@param fl any
---@param scale? any
---@return integer
function zoomutil.fl_to_efl(fl, scale) end

---Equivalent focal length to focal length.
---@param efl any
---@param scale? any
---@return integer
function zoomutil.efl_to_fl(efl, scale) end

---Shortest focal length.
---@return integer
function zoomutil.get_min_fl() end

---Shortest equivalent focal length.
---@return integer
function zoomutil.get_min_efl() end

---Longest focal length.
---@return integer
function zoomutil.get_max_fl() end

---Longest equivalent focal length.
---@return integer
function zoomutil.get_max_efl() end

return zoomutil
