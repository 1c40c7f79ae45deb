--[[
@title Simple interval
@param a Shots (0 is no end)
@default a 10
@range a 0 9999
@param b Seconds between
@default b 5
@range b 1 3600
@param c Focus once
@default c 0
@range c 0 1
@param d Display off
@default d 0
@values d No Yes
--]]

-- A plain intervalometer: waits for the user, then shoots at a steady pace.

function wait_until(t)
  local left = t - get_tick_count()
  while left > 0 do
    if left > 1000 then left = 1000 end
    sleep(left)
    left = t - get_tick_count()
    if is_pressed("set") then return false end
  end
  return true
end

function display(on)
  if d == 1 then
    set_backlight(on)
  end
end

function restore()
  set_aflock(0)
  set_backlight(1)
end

print("Press SET to end")
if c == 1 then
  press("shoot_half")
  repeat sleep(50) until get_shooting() == true
  release("shoot_half")
  set_aflock(1)
end

n = 0
start = get_tick_count()
repeat
  n = n + 1
  print("Shot " .. n .. (a > 0 and " of " .. a or ""))
  shoot()
  display(0)
  running = wait_until(start + n * b * 1000)
until (a > 0 and n >= a) or not running

restore()
print("Took " .. n .. " in " .. (get_tick_count() - start) / 60000 .. " min")
