--[[
@title Drive mode
@param a Mode
@default a 1
@range a 0 2
--]]

-- By hand, for cameras whose numbers are known.
function drive_prop()
  local set = get_propset()
  if set == 1 then return 6 end
  if set == 2 then return 102 end
  return 105
end

prop = drive_prop()
old = get_prop(prop)
set_prop(prop, a)
sleep(500)

press("shoot_full")
sleep(3000)
release("shoot_full")

set_prop(prop, old)
cls()
print("mode was", old)
