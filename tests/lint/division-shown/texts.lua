local ms, n = 1500, 3
print(<!ms / 1000!> .. " sec")
print("mean " .. <!ms / 100!>)
local shown = "t=" .. (<!ms / 10!>) .. "s"
-- With the rest beside it, or a divisor that is no power of ten, it is meant.
print(ms / 1000 .. "." .. ms % 1000)
print("every " .. ms / n)
print(ms / 60 .. ":" .. ms % 60)
print(string.format("%d.%03d", ms / 1000, ms % 1000), shown)
