-- Functions of the camera are called with values of the host, and give back what they return.
local con = chdk.simulate({ time = "virtual" })

local function packed(...) return { n = select("#", ...), ... } end
local function refused(words, f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok and tostring(e):find(words, 1, true), tostring(e))
  return e
end

-- by name, with dots
local record, video = con.remote.get_mode()
assert(record == false and type(video) == "boolean")
assert(con.remote.os.stat("A/").is_dir == true)
local r = packed(con.remote.os.stat("A/NONE"))
assert(r[1] == nil and r.n == 3 and type(r[2]) == "string")
assert(con.remote.sleep(10) == nil)

-- values of every kind there and back
con:execwait("return 1")
local t = { 1, nil, 3, ["end"] = { [true] = -2 ^ 31 } }
t.self = t
con:call_remote("rawset", nil, {}, 1, 2)
local back = con.remote.select(1, t)
assert(back[1] == 1 and back[3] == 3 and back["end"][true] == -2 ^ 31 and back.self == back)
assert(packed(con.remote.select(1, nil, false, nil)).n == 3)
assert(con.remote.string.rep("a\0'\"\n", 2) == "a\0'\"\na\0'\"\n")

-- libraries go along by their functions' names
assert(con.remote.basename("A/DCIM/X.JPG") == "X.JPG")
assert(con.remote.mkdir_m("A/ONE/TWO") == true and con.remote.os.stat("A/ONE/TWO").is_dir)
assert(con:call_remote("unserialize", nil, serialize({ a = { 5 } })).a[1] == 5)

-- options, in both spellings
assert(con.remote({ timeout = 5000 }).get_mode() == false)
assert(con:remote({ timeout = 5000 }).os.stat("A/").is_dir)
assert(con:remote().os.stat("A/").is_dir)
local e = refused("was not done in time", con:remote({ timeout = 50 }).sleep, 5000)
assert(e.etype == "timeout")
refused("no option 'timout'", con:remote({ timout = 5 }).get_mode)

-- a function of its own
assert(con:call_remote("(function(a, b) return a.x + b end)", nil, { x = 3 }, 4) == 7)

-- errors
e = refused("nothing sets the global 'get_mod'; did you mean 'get_mode'?", function() con.remote.get_mod() end)
assert(e.etype == "lint", tostring(e))
e = refused("attempt to call global 'get_mod' (a nil value)", function() con:remote({ lint = false }).get_mod() end)
assert(e.etype == "exec_runtime" and e.msg:find("did you mean 'get_mode'?", 1, true), tostring(e))
refused("there is no 'stt' in 'os'; did you mean 'stat'?", function() con.remote.os.stt("A/") end)
refused("did you mean 'os.stat'?", function() con:remote({ lint = false }).os.stt("A/") end)
e = refused("argument 2.a[2]: 0.5 has no place on the camera: its numbers are 32-bit integers", con.remote.print, 1, { a = { 1, 0.5 } })
assert(e.etype == "serialize")
refused("'a b' is no name", function() return con.remote["a b"] end)
refused("'1' is no name", function() return con.remote[1] end)
refused("nothing can be set on the camera", function() con.remote.x = 5 end)
refused("functions stand behind a dot", con.remote, "get_mode")
refused("remote is there already", function() con.remote = 5 end)
refused("did you mean 'remote'", function() return con.remot end)
assert(tostring(con.remote.os.stat) == "con.remote.os.stat")

-- what is returned and cannot leave the camera is no string
e = refused("return value 1 is a function", con.remote.loadstring, "return 1")
assert(e.etype == "unserialize")
