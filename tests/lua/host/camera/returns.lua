-- What a camera script returns comes back as it is.
local con = chdk.simulate({ time = "virtual" })

local function packed(...) return { n = select("#", ...), ... } end

-- nils and their number
local r = packed(con:execwait("return nil, 1, nil"))
assert(r.n == 3 and r[1] == nil and r[2] == 1 and r[3] == nil, r.n)
assert(packed(con:execwait("")).n == 0)

-- every type
local a, b, c, d, e = con:execwait("return true, -2147483647-1, 'a\\0\\255', {1,2,nil,4,x={}}, {}")
assert(a == true and b == -2147483648 and c == "a\0\255")
assert(d[1] == 1 and d[2] == 2 and d[3] == nil and d[4] == 4 and type(d.x) == "table" and next(e) == nil)
assert(con:execwait("return {['end']=1}")["end"] == 1)

-- the camera's own Lua
assert(con:execwait("return 5/2") == 2)

-- a library that is asked for takes nothing away
assert(con:execwait("return {a=1}", { libs = "serialize" }).a == 1)
assert(con:execwait("return {a=1}", { libs = { "serialize_msgs" } }).a == 1)
assert(type(con:execwait("return {a=1}", { nodefaultlib = true })) == "string")

-- what cannot leave the camera is not passed off as a string
local ok, e = con:execwait_pcall("return 1, print")
assert(not ok and e.etype == "unserialize" and e.msg:find("return value 2 is a function", 1, true), tostring(e))

-- into a function or a table
local seen = {}
con:execwait("return 1, nil, 'x'", { rets = seen })
assert(#seen == 3 and seen[1].value == 1 and seen[1].type == "return" and seen[1].subtype == "integer")
assert(seen[2].subtype == "nil" and seen[2].value == nil and seen[3].value == "x")
local fed
con:execwait("return {5}", { rets = function(m, data) fed = { m.value[1], data } end, fdata = "mine" })
assert(fed[1] == 5 and fed[2] == "mine")

-- exec does not wait unless it is told to
assert(packed(con:exec("return 1")).n == 0)
con:wait_status({ run = false })
assert(con:exec("return 7", { wait = true }) == 7)

-- call_remote carries values there and back
local t = con:call_remote("(function(...) return {select('#',...), ...} end)", nil, 1, "a\n'\"\0", { { deep = true } }, false)
assert(t[1] == 4 and t[2] == 1 and t[3] == "a\n'\"\0" and t[4][1].deep == true and t[5] == false)
local ok, e = con:call_remote_pcall("type", nil, { a = { 1, 0.5 } })
assert(not ok and e.etype == "serialize" and e.msg:find("^argument 1%.a%[2%]: 0%.5 has no place"), tostring(e))
