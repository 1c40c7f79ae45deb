--[[
@title Motion
@param a Columns
@default a 6
@param b Rows
@default b 4
@param c Threshold
@default c 15
@param d Pause (1/10 s)
@default d 5
@param e Quick
@default e 0
--]]

-- Old scripts keep everything in globals.
regions = 0
timeout = 60 * 1000
hits = 0

function react()
  if e > 0 then
    press "shoot_full"
    sleep(200)
    release "shoot_full"
  else
    shoot()
  end
end

while 1 do
  regions = md_detect_motion(a, b, 1, timeout, 100, c, 1, 0, 0, 0, 0, 0, 0, 1, 6)
  if regions > 0 then
    hits = hits + 1
    react()
    print("hit", hits, "cells", regions)
    sleep(d * 100)
  end
  if is_key "menu" then break end
end
