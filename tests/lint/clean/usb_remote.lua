--[[
@title USB remote
@chdk_version 1.3
@param m Mode
@default m 0
@values m Shoot Zoom Video
]]

local function pulse()
  local length
  repeat
    sleep(10)
    length = get_usb_power(0)
  until length > 0
  return length
end

local function toggle_movie()
  if get_video_button() == 1 then
    click("video")
  else
    click("shoot_full")
  end
end

local z = get_zoom()
local last = get_zoom_steps() - 1

repeat
  local p = pulse()
  if m == 0 then
    shoot()
  elseif m == 1 then
    if p < 10 and z < last then
      z = z + 1
    elseif z > 0 then
      z = z - 1
    end
    set_zoom(z)
  else
    toggle_movie()
  end
  print("pulse of " .. p * 10 .. " ms")
until p > 100
