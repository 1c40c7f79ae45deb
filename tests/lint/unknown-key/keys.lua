press(<!"shoot_haff"!>)
click(<!"Set"!>)
if is_key(<!"ok"!>) or is_pressed("remote") or is_key("no_key") then print(1) end
local k = "zoom_in"
press(k)
release(k)
set_exit_key("menu")
local my = { press = print }
my.press("anything")
-- An error that is caught is no error of the script.
print(pcall(function() press(<!"bogus"!>) end))
local function try() click(<!"bogus"!>) end
print(pcall(try))
