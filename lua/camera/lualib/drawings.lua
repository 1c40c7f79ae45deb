-- Drawings that stay on the screen: the globals draw, and SCREEN_DRAWINGS, where they are kept.
SCREEN_DRAWINGS = {}
draw = {}

local functions = {
  pixel = draw_pixel, line = draw_line, rect = draw_rect, rectf = draw_rect_filled,
  ellipse = draw_ellipse, ellipsef = draw_ellipse_filled, string = draw_string,
}

-- Which parameters of a drawing are colours.
local colors = {
  pixel = { 3 }, line = { 5 }, rect = { 5 }, rectf = { 5, 6 }, ellipse = { 5 }, ellipsef = { 5 }, string = { 4, 5 },
}

local names = {
  "trans", "black", "white", "red", "red_dark", "red_light", "green", "green_dark", "green_light",
  "blue", "blue_dark", "blue_light", "grey", "grey_dark", "grey_light", "yellow", "yellow_dark", "yellow_light",
  "cyan", "magenta",
}

-- The number of a colour: 256 and up for a name, itself for a number.
function draw.make_color(color)
  if type(color) == "number" then return color end
  for i, name in ipairs(names) do
    if name == color then return 255 + i end
  end
  return 256
end

local function drawing(kind, ...)
  if not functions[kind] then return nil end
  local params = { ... }
  for _, at in ipairs(colors[kind]) do params[at] = draw.make_color(params[at]) end
  return { kind, params }
end

-- The number of the new drawing; false for a type that there is not.
function draw.add(kind, ...)
  local new = drawing(kind, ...)
  if not new then return false end
  SCREEN_DRAWINGS[#SCREEN_DRAWINGS + 1] = new
  return #SCREEN_DRAWINGS
end

-- Puts another drawing in the place of one.
function draw.replace(n, kind, ...)
  local new = SCREEN_DRAWINGS[n] and drawing(kind, ...)
  if not new then return false end
  SCREEN_DRAWINGS[n] = new
  return n
end

-- Type and parameters of a drawing.
function draw.get_params(n)
  local known = SCREEN_DRAWINGS[n]
  if not known then return nil end
  return { known[1], unpack(known[2]) }
end

-- Those behind it move up.
function draw.remove(n)
  if SCREEN_DRAWINGS[n] then table.remove(SCREEN_DRAWINGS, n) end
end

function draw.clear()
  SCREEN_DRAWINGS = {}
  draw_clear()
end

function draw.overdraw()
  for _, known in ipairs(SCREEN_DRAWINGS) do
    functions[known[1]](unpack(known[2]))
  end
end

function draw.redraw()
  draw_clear()
  draw.overdraw()
end

-- Two colours in one number, for set_config_value.
function draw.pack_cnf_colors(fg, bg)
  return bitor(bitshl(draw.make_color(fg), 16), draw.make_color(bg))
end

function draw.unpack_cnf_colors(packed)
  return bitshru(packed, 16), bitand(packed, 0xffff)
end
