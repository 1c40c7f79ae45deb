--[[
@title Intervalometer
@chdk_version 1.6
#shots=5 "Shots" [1 9999]
#interval=10 "Seconds between" [1 3600]
#sharp=true "Focus once, then lock"
#iso=0 "ISO" {auto 100 200 400}
--]]
-- Takes a picture every few seconds. It is a camera script: it goes to A/CHDK/SCRIPTS, and runs from CHDK's menu.
-- On this computer: moonshutter try examples/intervalometer.lua --param shots=3

local values = { [0] = 0, 100, 200, 400 }

function restore()
  if sharp then set_aflock(0) end
  print "as it was"
end

if not get_mode() then
  print "to record mode"
  set_record(1)
  while not get_mode() do sleep(100) end
end
if iso > 0 then set_iso_real(values[iso]) end
if sharp then
  press "shoot_half"
  sleep(1000)
  release "shoot_half"
  set_aflock(1)
end

local begun = get_tick_count()
for shot = 1, shots do
  click "shoot_full"
  print("shot", shot, "of", shots, "at", (get_tick_count() - begun) / 1000, "s")
  -- From the beginning, so that delays do not add up.
  local due = begun + shot * interval * 1000
  while shot < shots and get_tick_count() < due do sleep(50) end
end
restore()
