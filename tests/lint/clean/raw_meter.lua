--[[
@title Raw meter
@chdk_version 1.6
#ui_target=500 "Target (ev/1000)"
#ui_shots=5 "Shots" [1 100]
#ui_hook_wait=10000 "Hook timeout" long
--]]

require("hookutil")
require("rawoplib")

local meter_count = 0

local function meter()
  local w = rawop.get_jpeg_width() / 3
  local h = rawop.get_jpeg_height() / 3
  local x = rawop.get_jpeg_left() + w
  local y = rawop.get_jpeg_top() + h
  local v = rawop.meter(x, y, w / 10, h / 10, 10, 10)
  meter_count = meter_count + 1
  return v and rawop.raw_to_ev(v) or 0
end

local function shot(tv)
  press("shoot_half")
  repeat sleep(10) until get_shooting()
  set_tv96_direct(tv)
  click("shoot_full_only")
  hook_shoot.wait_ready({ timeout = ui_hook_wait })
  hook_shoot.continue()
  hook_raw.wait_ready()
  local ev = meter()
  hook_raw.continue()
  release("shoot_half")
  return ev
end

hook_shoot.set(ui_hook_wait)
hook_raw.set(ui_hook_wait)

local tv = get_user_tv96()
for i = 1, ui_shots do
  local ev = shot(tv)
  local diff = ev - ui_target * 96 / 1000
  tv = tv + diff / 2
  print(string.format("%d: ev %d tv %d", i, ev, tv))
end

hook_shoot.set(0)
hook_raw.set(0)
print("metered " .. meter_count)
