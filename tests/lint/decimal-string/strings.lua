local a = tonumber(<!"0.5"!>)
local b = tonumber(<!"1e3"!>)
local c = <!"0.5"!> + 1
local d = -<!"x"!>
-- Whole numbers, bases and other strings are fine.
local e = tonumber("12") + tonumber(" 0x1F ") + tonumber("-7")
local f = tonumber("ff", 16)
local g = "10" + 5
local h = "0.5" .. "1"
local i = tonumber(get_image_dir())
print(a, b, c, d, e, f, g, h, i)
