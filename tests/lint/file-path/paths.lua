local name = "x"
local a = io.open(<!"shots.log"!>, "a")
local b = io.open(<!"a/CHDK/x"!>)
os.remove(<!"/DCIM/"!> .. name)
os.rename("A/x", <!"y"!>)
local dir = <!"CHDK/DATA"!>
os.mkdir(dir)
-- The card, unknown names, and what stat takes.
local c = io.open("A/CHDK/LOGS/x.log")
local d = os.listdir("A")
local e = os.stat("a/CHDK")
local f = io.open(name_of_log, "w")
local g = io.open(get_image_dir() .. "/x")
os.remove("A/" .. name)
print(a, b, c, d, e, f, g)
