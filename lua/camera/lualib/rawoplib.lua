-- Adds to rawop what can be made of its parts: frames, and the four elements of the colour filter.
local offsets

-- Calls f(element, dx, dy) for r, g1, b and g2.
local function each_element(f)
  offsets = offsets or rawop.get_cfa_offsets()
  for _, element in ipairs({ "r", "g1", "b", "g2" }) do
    f(element, offsets[element].x, offsets[element].y)
  end
end

-- Calls f(x, y, w, h) for the four sides of a frame.
local function each_side(x, y, w, h, line, f)
  f(x, y, w, line)
  f(x, y + h - line, w, line)
  f(x, y + line, line, h - 2 * line)
  f(x + w - line, y + line, line, h - 2 * line)
end

function rawop.fill_rect_rgbg(x, y, w, h, r, g1, b, g2)
  local values = { r = r, g1 = g1, b = b, g2 = g2 or g1 }
  each_element(function(element, dx, dy)
    rawop.fill_rect(x + dx, y + dy, w, h, values[element], 2)
  end)
end

function rawop.rect_rgbg(x, y, w, h, line, r, g1, b, g2)
  each_side(x, y, w, h, line, function(x, y, w, h)
    rawop.fill_rect_rgbg(x, y, w, h, r, g1, b, g2)
  end)
end

function rawop.rect(x, y, w, h, line, v, xstep, ystep)
  each_side(x, y, w, h, line, function(x, y, w, h)
    rawop.fill_rect(x, y, w, h, v, xstep, ystep)
  end)
end

local function meter(count, x, y, xcount, ycount, xstep, ystep)
  local means = {}
  each_element(function(_, dx, dy)
    if #means < count then means[#means + 1] = rawop.meter(x + dx, y + dy, xcount, ycount, xstep, ystep) end
  end)
  return unpack(means)
end

function rawop.meter_rgbg(...)
  return meter(4, ...)
end

function rawop.meter_rgb(...)
  return meter(3, ...)
end

rawop.raw_to_ev96 = rawop.raw_to_ev
rawop.ev96_to_raw = rawop.ev_to_raw
