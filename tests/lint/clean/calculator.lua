--[[
@title Sun times
@chdk_version 1.6
#lat=525 "Latitude (1/10)" [-900 900]
#lon=134 "Longitude (1/10)" [-1800 1800]
--]]

-- Angles are in degrees times 1000, as imath has them.
local function day_of_year()
  local month, day = get_time("M"), get_time("D")
  return (275 * month) / 9 - 2 * ((month + 9) / 12) + day - 30
end

local function declination(n)
  return imath.mul(-23440, imath.cosd(360000 * (n + 10) / 365))
end

local function clock(minutes)
  return string.format("%02d:%02d", minutes / 60, minutes % 60)
end

local n = day_of_year()
local dec = declination(n)
local phi = lat * 100
local cos_h = -imath.mul(imath.tand(phi), imath.tand(dec))
if cos_h > imath.scale or cos_h < -imath.scale then
  print("no sunset today")
else
  local h = imath.acosd(cos_h)
  local noon = 12 * 60 - lon * 4 / 10
  local half = h * 4 / imath.scale
  print("up " .. clock(noon - half) .. ", down " .. clock(noon + half))
  print("day " .. n .. ", ratio " .. fmath.tostr(fmath.new(half, 720), 2))
end
