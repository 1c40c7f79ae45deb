-- fires: error
local function same(wanted, format, ...) return string.format(format, ...) == wanted end
local all = same("007", "%03d", 7) and same("-07", "%03d", -7) and same("7  |", "%-3d|", 7) and same("  7", "%3d", 7)
    and same(" -007", "%5.3d", -7) and same("ab", "%.2s", "abc") and same("  ab", "%4.2s", "abc") and same("abc ", "%-4s", "abc")
    and same("00ff", "%04x", 255) and same("FF", "%X", 255) and same("100%", "%d%%", 100) and same("A", "%c", 65)
if all then pcall(sleep, 1) end
