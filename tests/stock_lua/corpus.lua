-- Programs for tests/stock_lua.rs, each below a line with its title.

-- == closures share a variable of the loop's body, and each pass has its own
local get, set = {}, {}
for i = 1, 3 do
  local v = i * 10
  get[i] = function() return v, i end
  set[i] = function(x) v = x i = i + 1 end
end
set[2]("two")
for i = 1, 3 do emit(get[i]()) end

-- == break closes what the loop captured
local f
while true do local x = 5 f = function() x = x + 1 return x end break end
emit(f(), f())
repeat local y = 1 f = function() y = y + 1 return y end until f() == 2
emit(f())

-- == a repeat sees its own locals in the condition
local n = 0
repeat local done = n == 3 n = n + 1 until done
emit(n)

-- == evaluation of a multiple assignment
local i, t = 1, {}
i, t[i] = i + 1, 20
emit(i, t[1], t[2])
local x, y, z = (function() return 1, 2, 3 end)()
x, y = y, x
emit(x, y, z)
local p, q = ((function() return 1, 2 end)())
emit(p, q)

-- == a name in an error: global, local, field, method, upvalue, constant
local l, up = nil, nil
local t = {}
local function try(f) emit(pcall(f)) end
try(function() g() end)
try(function() local k k() end)
try(function() up() end)
try(function() t.f() end)
try(function() t.f.g() end)
try(function() t:m() end)
try(function() return up.x end)
try(function() return t.x.y end)
try(function() t[1][2] = 3 end)
try(function() return ("x"):nope() end)
try(function() return 1 + t end)
try(function() return t.a + 1 end)
try(function() return up .. "x" end)
try(function() return "x" .. {} end)
try(function() return -{} end)
try(function() return #nil end)
try(function() return #5 end)
try(function() local a = {} return a.b.c.d end)
try(function() return (1)() end)
try(function() return ("a")() end)
try(function() return _G.x.y end)

-- == what cannot be compared
for _, pair in ipairs { { 1, "1" }, { {}, {} }, { 1, {} }, { true, false }, { type, 1 }, { "a", {} } } do
  emit(pcall(function() return pair[1] < pair[2] end))
  emit(pcall(function() return pair[1] <= pair[2] end))
  emit(pair[1] == pair[2])
end
emit(pcall(function() return nil < 1 end))
emit(pcall(function() return nil > nil end))

-- == levels of errors
local function inner(level) error("deep", level) end
local function middle(level)
  inner(level)
  return 1
end
local function outer(level)
  middle(level)
  return 1
end
for level = 0, 6 do emit(pcall(outer, level)) end
emit(pcall(outer, -0 + 1))

-- == error values that are not strings
for _, value in ipairs { 12, true, false, {}, emit } do emit(pcall(error, value)) emit(select("#", pcall(error, value, 2))) end
emit(pcall(error, nil))
emit(pcall(error))
local t = setmetatable({ code = 7 }, { __tostring = function() return "seven" end })
local ok, e = pcall(error, t)
emit(ok, e == t, e.code, tostring(e))

-- == a table ends the script
emit("before")
error({ code = 1 })

-- == nil ends the script
emit("before")
error()

-- == a number ends the script
emit("before")
error(12)

-- == a runtime error ends the script
emit("before")

local t
t.x = 1

-- == xpcall's handler
emit(xpcall(function() error("x", 0) end, function(m) return m .. "!", 2 end))
emit(xpcall(function() return 1, 2, 3 end, 5))
emit(xpcall(function() error("x") end, function() error("y") end))
emit(xpcall(function() local x = nil + 1 end, function(m) return m end))
emit(xpcall(function() error() end, function(m) return type(m) end))
emit(pcall(xpcall))
emit(pcall(xpcall, function() end))
emit(xpcall(function(...) return select("#", ...) end, emit, 1, 2))

-- == pcall within pcall
emit(pcall(pcall, error, "x"))
emit(pcall(pcall))
emit(pcall())

-- == a recursion without end
local function kind(ok, text)
  emit(ok, type(text), tostring(text):match("stack overflow"), tostring(text):match("^:%d+:"))
end
local function deep(n) return 1 + deep(n + 1) end
kind(pcall(deep, 1))
local function pingpong() local x = pcall(pingpong) return x end
emit(pcall(pingpong))
local m = setmetatable({}, { __index = function(t, k) return t[k .. "x"] end })
kind(pcall(function() return m.a end))
local s = string.rep("(", 300) .. "1" .. string.rep(")", 300)
emit((select(2, loadstring("return " .. s))))
kind(pcall(string.gsub, "x", "x", function() return deep(1) end))

-- == a chain of tables without end
local a, b = {}, {}
setmetatable(a, { __index = b, __newindex = b })
setmetatable(b, { __index = a, __newindex = a })
emit(pcall(function() return a.x end))
emit(pcall(function() a.x = 1 end))

-- == tail calls leave no frame
local function count(n) if n == 0 then return "done" end return count(n - 1) end
emit(count(100000))
local function lost() error("tail", 2) end
local function caller() return lost() end
emit(pcall(function() local x = caller() return x end))

-- == arithmetic metamethods: left first, then right
local log = setmetatable({}, {})
local mt = {}
for _, name in ipairs { "add", "sub", "mul", "div", "mod", "pow", "concat" } do
  mt["__" .. name] = function(a, b) return name .. ":" .. type(a) .. ":" .. type(b) end
end
mt.__unm = function(a, b) return "unm:" .. type(a) .. ":" .. type(b) .. ":" .. tostring(rawequal(a, b)) end
mt.__len = function() return "len" end
local x, y = setmetatable({}, mt), setmetatable({}, { __add = function() return "y's" end })
emit(x + 1, 1 + x, x - x, x * "a", "a" / x, x % nil, nil ^ x, x .. 1, 1 .. x, "a" .. x, -x, #x)
emit(x + y, y + x, 1 + y)
emit(pcall(function() return y - 1 end))
emit("a" .. "b" .. x, x .. "a" .. "b", "a" .. x .. "b")

-- == comparison metamethods
local lt = function(a, b) emit("lt", a.n, b.n) return a.n < b.n end
local m1 = { __lt = lt, __eq = function(a, b) emit("eq", a.n, b.n) return a.n == b.n end }
local m2 = { __lt = lt, __eq = function() return true end }
local a, b, c = setmetatable({ n = 1 }, m1), setmetatable({ n = 2 }, m1), setmetatable({ n = 1 }, m2)
emit(a < b, a > b, a <= b, a >= b, a == b, a ~= b, a == a, a < c)
emit(a == c, a == 1, pcall(function() return a < 1 end))
m1.__le = function(x, y) emit("le") return nil end
emit(a <= b, a >= b)
emit(pcall(function() return a <= c end))

-- == index metamethods
local t = setmetatable({}, { __index = function(t, k) return k .. "?" end, __newindex = function(t, k, v) rawset(t, k, v .. "!") end })
emit(t.x, t[1])
t.x = "set"
emit(t.x)
t.x = "again"
emit(t.x, rawget(t, "y"))
local store = {}
local u = setmetatable({}, { __index = store, __newindex = store })
u.k = 5
emit(rawget(u, "k"), store.k, u.k)
local v = setmetatable({}, { __index = "a string" })
emit(v.len == string.len, pcall(function() return v.nothing end))
local w = setmetatable({}, { __index = 5 })
emit(pcall(function() return w.x end))

-- == calls of what is no function
local c = setmetatable({}, { __call = function(self, ...) return type(self), select("#", ...), ... end })
emit(c(), c(1, nil))
emit(pcall(c, 2))
local d = setmetatable({}, { __call = c })
emit(pcall(d))
local e = setmetatable({}, { __call = 5 })
emit(pcall(e))
emit(pcall(function() local loc = e loc() end))
for k in setmetatable({}, { __call = function(_, s, i) if (i or 0) < 2 then return (i or 0) + 1 end end }) do emit(k) end

-- == __tostring, __metatable and their limits
local t = setmetatable({}, { __tostring = function() return "me" end, __metatable = "locked" })
emit(tostring(t), getmetatable(t), pcall(setmetatable, t, {}))
local u = setmetatable({}, { __tostring = function() return 5 end })
emit(type(tostring(u)), tostring(u))
emit(pcall(tostring, setmetatable({}, { __tostring = function() error("no") end })))
emit(getmetatable("").__index == string, getmetatable(1), pcall(setmetatable, 1, {}))
emit(pcall(setmetatable, {}), pcall(setmetatable, {}, 1))

-- == userdata of the script's own
local u = newproxy(true)
getmetatable(u).__len = function() return 7 end
getmetatable(u).__index = function(_, k) return k end
emit(type(u), #u, u.x, newproxy(u) == u, type(newproxy(u)), getmetatable(newproxy(u)) == getmetatable(u))
emit(pcall(newproxy, {}), pcall(newproxy, newproxy()))
emit(pcall(function() return #newproxy() end))
emit(pcall(function() return u + 1 end))

-- == finalizers
local u = newproxy(true)
getmetatable(u).__gc = function(o) emit("gone", type(o)) end
u = nil
collectgarbage()
emit("after")
do local v = newproxy(true) getmetatable(v).__gc = function() error("in gc") end end
emit(pcall(collectgarbage))

-- == weak tables
local weak = setmetatable({}, { __mode = "k" })
weak[{}] = 1
local key = {}
weak[key] = 2
collectgarbage()
local n = 0
for _ in pairs(weak) do n = n + 1 end
emit(n, weak[key])
local values = setmetatable({ {}, "kept", key }, { __mode = "v" })
collectgarbage()
emit(values[1], values[2], values[3] == key)

-- == varargs
local function v(...) return select("#", ...), ... end
emit(v()) emit(v(nil)) emit(v(nil, nil)) emit((v(1, 2))) emit(v(v(1)))
local t = { v(1, nil, 3) }
emit(t[1], t[2], t[3], t[4])
emit(select(-1, 1, 2, 3)) emit(select(2, "a", "b", "c"))
emit(pcall(select, 0)) emit(pcall(select, -4, 1, 2, 3)) emit(pcall(select, "x"))
emit(unpack({ 1, 2, 3 }, 2)) emit(unpack({ 1, 2, 3 }, 2, 3)) emit(unpack({}, 1, 3)) emit(unpack({ 1 }, 3))
emit(pcall(unpack, {}, 1, 100000))
emit(pcall(unpack)) emit(unpack({ 1, 2 }, -1, 1))
emit(loadstring("return ...")(4, 5))

-- == patterns: classes, anchors, captures
emit(("hello world"):find("o w")) emit(("hello"):find("l+")) emit(("hello"):find("xyz")) emit(("a.b"):find(".", 1, true))
emit(("hello"):find("", 10)) emit(("hello"):find("", 6)) emit(("hello"):find("", 7)) emit((""):find("")) emit((""):match(".*"))
emit(("key = value"):match("^(%w+)%s*=%s*(%w+)$")) emit(("abc"):match("()b()"))
emit(("[[x]]"):match("%[(%b[])%]")) emit(("THE (quick) fox"):find("%((%a+)%)"))
emit(("f(a(b)c)d"):match("%b()")) emit(("THE (quick) fox"):gsub("%f[%a]%a+", "<%0>"))
emit(("aXb"):match("%u")) emit(("x]y"):match("[]]")) emit(("x-y"):match("[a%-]")) emit(("x^y"):match("[x^]+"))
emit(("abcabc"):match("(abc)%1")) emit(("\0a\0"):find("%z", 2)) emit(("a\0b"):match("a%zb"))
emit(("aaa"):match("^(a-)$")) emit(("aaa"):match("^(a-)a")) emit(("  trim  "):match("^%s*(.-)%s*$"))
emit(("a,b,,c"):gsub(",", ";", 2)) emit(("abc"):gsub("", "-")) emit(("abc"):gsub("$", "!")) emit(("abc"):gsub("^a", "x"))
emit(("aaa"):gsub("^a", "x")) emit(("abc"):gsub("b*", "x"))

-- == patterns that are wrong
for _, p in ipairs { "(", ")", "[", "[a", "[^", "%", "%b", "%bx", "%f", "%fa", "(()", "%1", "(a)%2", "[%", "[a-", "a)", "((a)" } do
  emit(p, pcall(string.find, "abc", p))
  emit(p, pcall(string.gsub, "abc", p, ""))
end
emit(pcall(string.rep("(a)", 33).match, ("a"):rep(40), ("(a)"):rep(33)))
emit(pcall(string.match, ("a"):rep(40), ("(a)"):rep(32)))

-- == replacements
emit(("hello world"):gsub("o", { o = "0" })) emit(("hello"):gsub("l", function(c) if c == "l" then return "L" end end))
emit(("abc"):gsub("%w", "%0%0")) emit(("abc"):gsub("(a)(b)", "%2%1")) emit(("abc"):gsub("b", "%%"))
emit(("abc"):gsub("b", false == nil and 1 or "[%1]")) emit(pcall(string.gsub, "abc", "b", "%2"))
emit(pcall(string.gsub, "abc", "b", {})) emit(pcall(string.gsub, "abc", "b", { b = {} })) emit(pcall(string.gsub, "abc", "b"))
emit(pcall(string.gsub, "abc", "b", function() return {} end)) emit(("abc"):gsub("b", function() return 12 end))
emit(("abc"):gsub("(b)()", "%2")) emit(("a b"):gsub("%w", { a = 1, b = true == nil })) emit(("abc"):gsub(".", "x", 0))
emit(("abc"):gsub("b", "%")) emit(("x"):gsub("x", "%a")) emit(("abc"):gsub("%w", "%0", -1))
emit(("$name is $what"):gsub("%$(%w+)", { name = "Lua", what = "small" }))

-- == gmatch
for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do emit(k, v) end
for w in ("one two"):gmatch("%a+") do emit(w) end
for p in ("abc"):gmatch("()") do emit(p) end
for e in (""):gmatch("x*") do emit(e) end
for m in ("abc"):gmatch("^a") do emit(m) end
emit(pcall(string.gmatch, "x")) emit(pcall(function() for x in ("x"):gmatch("(") do end end))

-- == format
emit(("%s %s %s"):format("a", 1, "c")) emit(("%5s|%-5s|%.1s|%5.1s"):format("ab", "ab", "ab", "ab"))
emit(("%d %5d %-5d| %05d %+d % d %.3d"):format(1, 2, 3, 4, 5, 6, 7)) emit(("%q"):format('a "b"\n\\ \0 \r x'))
emit(("%c%c"):format(72, 105)) emit(("%%"):format()) emit(("%x %X %#x %o %u"):format(255, 255, 255, 8, 3))
emit(pcall(string.format, "%d", "x")) emit(pcall(string.format, "%s")) emit(pcall(string.format, "%d"))
emit(pcall(string.format, "%y", 1)) emit(pcall(string.format, "%")) emit(pcall(string.format, "%10")) emit(pcall(string.format, "%123d", 1))
emit(pcall(string.format, "%.100d", 1)) emit(pcall(string.format, "%0000000d", 1)) emit(pcall(string.format, "%s", nil))
emit(pcall(string.format, "%s", {} == nil)) emit(pcall(string.format, "%d", "10")) emit(pcall(string.format)) emit(("%i"):format(-3))
emit(("%s"):format(("x"):rep(200)) == ("x"):rep(200), #("%150s"):sub(1), pcall(string.format, "%150s", "x"))
emit(#("%99s"):format("x"), ("%-3c|"):format(65), ("%s\0%s"):format("a", "b"))

-- == bytes, parts and repetitions
emit(("abc"):byte()) emit(("abc"):byte(-1)) emit(("abc"):byte(0)) emit(("abc"):byte(1, -1)) emit(("abc"):byte(10)) emit((""):byte(1))
emit(string.char()) emit(string.char(0, 255)) emit(pcall(string.char, 256)) emit(pcall(string.char, -1)) emit(pcall(string.char, "x"))
emit(("abc"):sub(2)) emit(("abc"):sub(-2)) emit(("abc"):sub(0)) emit(("abc"):sub(2, 1)) emit(("abc"):sub(-100, 100)) emit(("abc"):sub(3, -1))
emit(("ab"):rep(3), ("ab"):rep(0), ("ab"):rep(-1)) emit(("abc"):reverse(), (""):reverse()) emit(("aBc"):upper(), ("aBc"):lower())
emit(#"a\0b", ("a\0b"):len()) emit("a\0b" < "a\0c", "a\0b" == "a", "" < "a", "Z" < "a", "a" < "aa")

-- == numbers have no methods, and strings do
emit(("5"):rep(2)) emit(pcall(function() return (5).x end)) emit(#"5", ("x").len("abc")) emit(("x"):len())

-- == escapes and long strings
emit("\a\b\f\n\r\t\v\\\"\'\065\10\0651\0", 'single "quoted"', "a\
b", [[
first newline is gone]], [==[ ]] ]=] ]==], [[a
b]])
emit("tab\tq\q") --[[ a comment
of lines ]] emit("after") --[==[ ]] ]==] emit("again")
for _, s in ipairs { '"\\300"', '"open', "'\n'", "[[open", "[=x", '"\\', "--[[open", '"a\\0001"', "'\\9'" } do emit(loadstring("return " .. s) ~= nil, (select(2, loadstring("return " .. s)))) end

-- == what the compiler says
for _, s in ipairs {
  "x", "x =", "x = = 1", "for", "for i", "for i = 1", "for i = 1 do", "for i, j = 1, 2 do end", "for i in", "if x", "if x then",
  "if x then else elseif", "while", "while x", "repeat", "repeat until", "function", "function f", "function f(", "function f(a,)",
  "function f(..., a) end", "function a.b:c.d() end", "local", "local x = ", "local function", "local function a.b() end", "return return",
  "break", "f() = 1", "(x) = 1", "x, y", "x:y", "x:y = 1", "end", "do", "{", "a.b:c", "return ...", "function f() return ... end",
  "x = {1, 2", "x = {1 2}", "x = {[1] 2}", "x = {[1 = 2}", "x = 'a' 'b'", "x = }", "x = )", "x = a.", "x = a[", "x = #", "x = not", "x = -",
  "and", "x = 1 y = 2", "x = 1; ; y = 2", ";", "do break end", "while true do break return end", "goto x", "x = 1 // 2", "x = ~1", "x = 1 ~ 2",
  "x = a!b", "@", "x\n=\n\n=", "x = f\n(1)", "return 1,", "local a <const> = 1", "::x::", "x += 1", "a.b.c", "'s':rep(1)", "f'x' 'y' {1}", "x = function",
} do
  local f, e = loadstring(s)
  emit(s, type(f), e)
end

-- == names of chunks
emit(loadstring("x =", "=named")) emit(loadstring("x =", "@file.lua")) emit(loadstring("\n\nx ="))
emit(pcall(loadstring("error('here')", "=named"))) emit(pcall(loadstring("\nerror('here')")))
emit(pcall(loadstring("error('here')", "@" .. ("long"):rep(30)))) emit(pcall(loadstring("error('here')", "=" .. ("long"):rep(30))))
emit(pcall(loadstring, nil)) emit(pcall(loadstring)) emit(loadstring("")()) emit(loadstring("return 1\n")())

-- == load asks until there is no more
local parts = { "return ", "1 ", "+ ", "2" }
local n = 0
local f = load(function() n = n + 1 return parts[n] end)
emit(f(), n)
emit(load(function() return nil end)()) emit(pcall(load)) emit(pcall(load, "return 1")) emit(load(function() error("in reader", 0) end))
emit(load(function() return {} end)) emit(load(function() return true end)) emit(load(function() return "" end)())
emit(load(function() n = n + 1 if n == 6 then return "x =" end end)) n = 5 emit(load(function() n = n + 1 if n == 6 then return "x =" end end, "=mine"))

-- == environments
local function f() return x end
x = "global"
emit(f()) emit(setfenv(f, { x = "own" }) == f) emit(f()) emit(getfenv(f).x, getfenv(1) == _G, getfenv() == _G, getfenv(0) == _G)
local function g() setfenv(1, { y = 1 }) return y, x end
emit(g()) emit(pcall(setfenv, 5, {})) emit(pcall(setfenv, f)) emit(pcall(setfenv, type, {})) emit(pcall(getfenv, 50)) emit(pcall(getfenv, -1))
local h = loadstring("z = 1 return function() return z end")
local env = {}
setfenv(h, env)
local inner = h()
emit(env.z, z, inner(), getfenv(inner) == env)
local function outer() setfenv(2, { emit = emit, marker = "caller's" }) end
(function() outer() emit(marker) end)()

-- == sort
local function sorted(t, f) local ok, e = pcall(table.sort, t, f) emit(ok, e, unpack(t)) end
sorted { 3, 1, 2 } sorted { "b", "a", "C" } sorted({ 3, 1, 2 }, function(a, b) return a > b end) sorted {} sorted { 1 }
sorted { 1, "a" } sorted({ 1, 2, 3 }, function() return true end) sorted({ 5, 4, 3, 2, 1, 9, 8, 7 }, function() return true end)
sorted({ 1, 2, 3 }, function() error("in sort") end) sorted({ 1, 2 }, 5) sorted({ {}, {} }) sorted({ 3, 2, 1 }, function(a, b) return a <= b end)
sorted({ 1, 1, 1, 1, 1, 1 }, function(a, b) return not (a < b) end)
local big = {} for i = 1, 300 do big[i] = (i * 7919) % 1009 end
table.sort(big) local ok = true for i = 2, 300 do ok = ok and big[i - 1] <= big[i] end emit(ok, big[1], big[300])

-- == insert, remove, concat
local t = { 1, 2, 3 }
table.insert(t, 4) table.insert(t, 1, 0) emit(unpack(t)) emit(table.remove(t), table.remove(t, 1), table.remove(t, 9), table.remove({})) emit(unpack(t))
emit(pcall(table.insert, t)) emit(pcall(table.insert, t, 1, 2, 3)) emit(pcall(table.insert, nil, 1)) emit(pcall(table.insert, t, "x", 1))
emit(table.concat { 1, "a", 2 }) emit(table.concat({ 1, 2, 3 }, ", ")) emit(table.concat({ 1, 2, 3 }, "-", 2)) emit(table.concat({ 1, 2, 3 }, "-", 2, 2))
emit(table.concat({}, "x")) emit(pcall(table.concat, { 1, {}, 3 })) emit(pcall(table.concat, { 1, 2 }, "", 1, 3)) emit(table.concat({ 1, 2 }, "", 3))
emit(pcall(table.concat, { true })) emit(table.maxn { 1, 2, [10] = 3 }, table.maxn {}, table.getn { 1, 2 })
emit(table.foreach({ 1 }, function(k, v) return k + v end)) emit(table.foreachi({ 1, 2, 3 }, function(i, v) emit(i, v) if i == 2 then return "stop" end end))
emit(pcall(table.foreach, {})) emit(pcall(table.sort)) emit(pcall(table.remove))

-- == tables
local t = { 1, 2, x = "x", [3] = 3, ["y z"] = 4, [-1] = "minus", 5; 6, }
emit(#t, t[1], t[2], t[3], t[4], t.x, t["y z"], t[-1])
emit(pcall(function() t[nil] = 1 end)) emit(t[nil], rawget(t, "x"), rawset(t, "k", 1) == t, t.k) emit(pcall(rawset, t, nil, 1))
emit(next({})) emit(next({ 5 })) emit(next({ only = 1 })) emit(next({ 5 }, 1)) emit(pcall(next, {}, "missing")) emit(pcall(next))
for i, v in ipairs { 1, 2, nil, 4 } do emit(i, v) end
emit(type(pairs {}), pcall(pairs)) emit(pcall(ipairs)) emit(rawequal(t, t), rawequal({}, {}), rawequal("a", "a"))
t = { 1, 2, 3, x = 1, y = 2 } for k in pairs(t) do t[k] = nil end emit(next(t))

-- == tostring and tonumber
emit(tostring(nil), tostring(true), tostring(12), tostring(-12), tostring("s")) emit(type(tostring({})), (tostring({}):gsub("0x%x+", "0x")))
emit(tonumber("12"), tonumber("-12"), tonumber(" 12 "), tonumber("12a"), tonumber(""), tonumber(" "), tonumber("0x10"), tonumber("1 2"))
emit(tonumber("10", 2), tonumber("zz", 36), tonumber("8", 8), tonumber("ff", 16), tonumber("FF", 16), tonumber("2", 2))
emit(tonumber(nil), tonumber({}), tonumber(true), tonumber(5)) emit(pcall(tonumber)) emit(pcall(tonumber, "1", 1)) emit(pcall(tonumber, "1", 37)) emit(pcall(tonumber, {}, 16))
emit(pcall(tostring)) emit(tonumber("0x"), tonumber("+5"), tonumber("- 5"), tonumber("5\0"), tonumber("\t5\n"))

-- == coercions
emit("10" + 5, "3" * "4", 10 .. 20, -"2", "0x10" + 0, " 5 " + 1) emit(10 == "10", "10" == 10, 0 == false, "" == false)
emit(pcall(function() return "a" + 1 end)) emit(pcall(function() return "" + 1 end)) emit(pcall(function() return 1 < "2" end))
emit(("x"):rep("3"), ("abc"):sub("2")) emit(#(12 .. ""), math.max("3", 2), math.abs("-3"))
for i = "1", "3" do emit(i) end
emit(pcall(function() for i = "a", 2 do end end)) emit(pcall(function() for i = 1, {} do end end)) emit(pcall(function() for i = 1, 2, "x" do end end))

-- == and, or, not
emit(nil and 1, false and 1, 1 and 2, nil or 1, false or nil, 1 or error("no"), not nil, not 0, not "") emit(1 and nil or 3, (nil or false) == false)
local function t(x) emit("asked", x) return x end
emit(t(1) and t(nil) or t(3)) emit(t(false) or t(false) and t(1)) emit(1 < 2 == true, not 1 == 2, "a" .. "b" == "ab") emit(2 * 3 - 4 + 5 % 3, -3 + 0, 2 - -2)

-- == numeric for
for i = 3, 1 do emit("never") end for i = 3, 1, -1 do emit(i) end for i = 1, 10, 4 do emit(i) end for i = -1, -10, -4 do emit(i) end
for i = 1, 3 do local j = i i = 10 emit(i, j) end for i = 1, 0 do emit("never") end for i = 5, 5 do emit(i) end
do local n = 3 for i = 1, n do n = 1 emit(i, n) end end

-- == methods and inheritance
local Base = {} Base.__index = Base
function Base.new(x) return setmetatable({ x = x }, Base) end
function Base:get() return self.x end
function Base:twice() return self:get() * 2 end
local Derived = setmetatable({}, { __index = Base, __call = function(C, x) return setmetatable(Base.new(x), C) end }) Derived.__index = Derived
function Derived:get() return Base.get(self) + 100 end
emit(Base.new(1):twice(), Derived(1):twice(), pcall(Derived.get)) emit(pcall(function() return Derived(1):nothing() end)) emit(pcall(Base.twice, {}))
local o = Derived(2) function o.a() return "a" end function o:b(...) return self == o, ... end emit(o.a(), o:b(1, 2), o.b(o))

-- == arguments that are wrong
emit(pcall(string.rep)) emit(pcall(string.rep, "x")) emit(pcall(string.rep, {}, 1)) emit(pcall(string.sub, "x")) emit(pcall(string.len)) emit(pcall(string.upper, nil))
emit(pcall(function() return ("x"):rep({}) end)) emit(pcall(function() return ("x"):rep() end)) emit(pcall(function() return string.rep() end))
emit(pcall(function() local r = string.rep return r() end)) emit(pcall(function() return math.max() end)) emit(pcall(function() ("x").rep() end))
emit(pcall(function() string.byte("x", {}) end)) emit(pcall(function() ("x"):find() end)) emit(pcall(function() table.concat({}, {}) end))
emit(pcall(assert)) emit(pcall(assert, nil)) emit(pcall(assert, false, "text")) emit(pcall(assert, nil, {})) emit(assert(1, 2, 3)) emit(pcall(type)) emit(type(nil))
emit(pcall(rawget, 1)) emit(pcall(rawequal, 1)) emit(pcall(rawset, {}, 1)) emit(pcall(getmetatable)) emit(pcall(collectgarbage, "x")) emit(pcall(select))

-- == many of everything
local names = {} for i = 1, 200 do names[i] = "v" .. i end
emit(loadstring("local " .. table.concat(names, ", "))) names[201] = "v201"
emit((select(2, loadstring("local " .. table.concat(names, ", ")))))
local ups = {} for i = 1, 61 do ups[i] = "u" .. i end
emit((select(2, loadstring("local " .. table.concat(ups, ", ") .. "\nreturn function() return " .. table.concat(ups, ", ") .. " end"))))
local list = {} for i = 1, 600 do list[i] = i end
emit(#loadstring("return { " .. table.concat(list, ", ") .. " }")()) emit(select("#", unpack(list))) emit(#table.concat(list, ","))
emit((select(2, loadstring("return f(" .. table.concat(list, ", ") .. ")")))) emit(#("x"):rep(100000), #(("x"):rep(5000):gsub("x", "yy")))
