-- fires: error
local function same(wanted, ...) return (string.gsub(...)) == wanted end
local all = same("b-a", "a-b", "(%a)%-(%a)", "%2-%1") and same("[a][b]", "ab", "%a", "[%0]") and same("a%", "ab", "b", "%%")
    and same("<a>", "a", "%a", "<%1>") and same("x1x", "xax", "a", 1) and same("ab", "ab", "z", "%0")
local bytes = { ("abc"):byte(1, -1) }
if all and #bytes == 3 and bytes[3] == 99 and #{ ("abc"):byte(9) } == 0 then pcall(sleep, 1) end
