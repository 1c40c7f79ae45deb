print(string.format(<!"%d"!>), string.format(<!"%d of %d"!>, 1), string.format(<!"100%"!>), string.format(<!"%y"!>, 1))
print(string.format("%d", <!"many"!>), string.format("%s", <!nil!>), string.format("%s", <!get_shooting()!>))
print(string.format("%d", <!get_zoom!>), string.format("%x", <!{}!>))
local line = "%d: %s"
print(string.format(<!line!>, 1))
-- The last value may be many, what is too much is left out, and numbers and their strings are the same.
print(string.format("%d %d", 1, unpack({ 2 })), string.format("%d", 1, 2), string.format("%d", "5"), string.format("%s", 5))
print(string.format("%5.2s|%-+ #05x|%%|%q|%c", "a", 1, 2, 3), string.format(tostring(1)), string.format("%d", tonumber("1")))
local function f(...) return string.format("%d %d", ...) end
print(f(1, 2), string.format("%s", get_image_dir()), string.format("%d", get_current_tv96()))
