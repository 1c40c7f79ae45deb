--[[
@title Exposure ramp
@chdk_version 1.6.1
#ramp_from=0 "From (1/3 EV)" [-12 12]
#ramp_to=6 "To (1/3 EV)" [-12 12]
#ramp_shots=10 "Shots" [2 500]
#ramp_meter=0 "Meter" {live histo shot}
#ramp_dim=1 "Dim" [0 1] bool
--]]

props = require"propcase"
capmode = require("capmode")

-- Fractions are kept as thousandths, or as a number of 96ths.
local function ramp(i)
  local span = (ramp_to - ramp_from) * 32
  return ramp_from * 32 + span * (i - 1) / (ramp_shots - 1)
end

local function mean_of(histogram, total)
  local sum = 0
  for level = 0, 255 do
    sum = sum + histogram[level] * level
  end
  return total > 0 and sum / total or 0
end

local function meter()
  if ramp_meter == 0 then return get_bv96() end
  local histogram, total = get_live_histo()
  return mean_of(histogram, total)
end

if capmode.get_name() ~= "M" then
  print("mode is " .. capmode.get_name())
end

if ramp_dim then set_lcd_display(false) end
set_prop(props.FLASH_MODE, 2)

for i = 1, ramp_shots do
  press("shoot_half")
  repeat sleep(20) until get_shooting()
  local tv = get_tv96() - ramp(i)
  local usec = tv96_to_usec(tv)
  set_tv96_direct(tv)
  press("shoot_full")
  sleep(100)
  release("shoot_full")
  release("shoot_half")
  repeat sleep(20) until not get_shooting()
  print(string.format("%d/%d: %d.%06d s, bv %d", i, ramp_shots, usec / 1000000, usec % 1000000, meter()))
end

if ramp_dim then set_lcd_display(true) end
