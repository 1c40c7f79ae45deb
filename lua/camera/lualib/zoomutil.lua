-- Zoom by focal length. Lengths are in mm times 1000, as in get_focal_length; efl is that of a 35 mm camera.
local zoomutil = {}

local function last_step()
  return get_zoom_steps() - 1
end

-- The step whose length is nearest; of two, the wider one.
local function nearest(length, of_step)
  local best, best_off
  for step = 0, last_step() do
    local off = math.abs(of_step(step) - length)
    if not best or off < best_off then best, best_off = step, off end
  end
  return best or 0
end

function zoomutil.get_zoom_for_fl(fl)
  return nearest(fl, get_focal_length)
end

function zoomutil.get_zoom_for_efl(efl)
  return nearest(efl, get_eff_focal_length)
end

function zoomutil.set_zoom_fl(fl)
  set_zoom(zoomutil.get_zoom_for_fl(fl))
end

function zoomutil.set_zoom_efl(efl)
  set_zoom(zoomutil.get_zoom_for_efl(efl))
end

-- How many times longer the equivalent length is.
function zoomutil.get_efl_factor()
  return fmath.new(get_eff_focal_length(0), get_focal_length(0))
end

-- a * b / c without losing what is beyond 32 bits on the way.
local function scaled(a, b, c, scale)
  return imath.muldiv(a, b, c) * (scale or 1)
end

function zoomutil.fl_to_efl(fl, scale)
  return scaled(fl, get_eff_focal_length(0), get_focal_length(0), scale)
end

function zoomutil.efl_to_fl(efl, scale)
  return scaled(efl, get_focal_length(0), get_eff_focal_length(0), scale)
end

function zoomutil.get_min_fl()
  return get_focal_length(0)
end

function zoomutil.get_min_efl()
  return get_eff_focal_length(0)
end

function zoomutil.get_max_fl()
  return get_focal_length(last_step())
end

function zoomutil.get_max_efl()
  return get_eff_focal_length(last_step())
end

return zoomutil
