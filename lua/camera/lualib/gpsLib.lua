-- Where the camera is; false on a camera without GPS.
-- The simulated receiver's property has five numbers of four bytes: whether it knows, latitude and longitude in
-- millionths of a degree, height in mm, and seconds since 1970 in UTC.
local LENGTH = 20
local id = require("propcase").GPS
if not id or not get_prop_str(id, LENGTH) then return false end

local binstr = require("binstr")
local gpsLib = {}

-- Latitude and longitude in degrees times scale, height in metres times scale.
function gpsLib.data(scale)
  scale = scale or 10
  local words = binstr.unpack(get_prop_str(id, LENGTH))
  return {
    status = words[1],
    latitude = imath.muldiv(words[2], scale, 1000000),
    longitude = imath.muldiv(words[3], scale, 1000000),
    height = imath.muldiv(words[4], scale, 1000),
    time = words[5],
  }
end

return gpsLib
