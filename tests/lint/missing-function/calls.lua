local co = <!coroutine.create!>(function() end)
print(<!math.floor!>(3), <!math.pi!> * 2, <!os.clock!>(), co)
<!module!>("x")
for w in <!string.gfind!>("a", "b") do print(w) end
local m = math
print(<!m.sqrt!>(4))
<!table.setn!>({}, 1)
-- What is there, what is asked for, and what is set first.
print(math.abs(-3), math.max(1, 2), imath.sqrt(4000))
if os.exit then os.exit() end
local ceil = math.ceil or function(x) return x end
function math.round(x) return x end
print(math.round(3), ceil(2))
local my = { floor = print }
my.floor(1)
