-- Libraries of the script's own for the camera, as chdkptp's scripts register them.
local con = chdk.simulate({ time = "virtual" })

local function refused(words, f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok and tostring(e):find(words, 1, true), tostring(e))
end

chdku.rlibs:register({ name = "triple", code = [[
-- three of them
function triple(x)
  if x == nil then error("nothing to triple") end
  return x * 3
end]] })
chdk.rlibs:register_array({
  { name = "nonuple", depend = { "triple" }, code = "function nonuple(x) return triple(triple(x)) end" },
  { name = "half", code = "function half(x) return x / 2 end", provides = "half" },
})

-- by name, as a string or in a table, with what they depend on; the serializer stays
local t = con:execwait("return {nonuple(2)}", { libs = "nonuple" })
assert(t[1] == 18)
assert(con:execwait("return {triple(half(9))}", { libs = { "half", "triple" } })[1] == 12)
-- by need, where it says what it provides
assert(con.remote.half(9) == 4)
assert(con:execwait("return triple == nil"))
-- errors in a library have its lines
local ok, e = con:execwait_pcall("\ntriple()", { libs = "triple" })
assert(not ok and e.msg:find("rlib triple:3: nothing to triple", 1, true), tostring(e))
-- loaded again, as at a prompt
chdk.rlibs:register({ name = "half", code = "function half(x) return -x end" })
assert(con:execwait("return half(9)", { libs = "half" }) == -9)

-- without the serializer, tables are the camera's own texts, unless a library brings it back
assert(con:execwait("return {a=1}", { nodefaultlib = true, libs = "triple" }) == "a\t1\n")
assert(con:execwait("return {a=1}", { nodefaultlib = true, libs = "serialize_msgs" }).a == 1)
assert(con:execwait("return {a=1}, serialize({b=2})", { nodefaultlib = true, libs = "serialize" }) == "a\t1\n")

-- batches
local list = {}
con:execwait("local b = msg_batcher{batchsize=7} for i = 1, 50 do b:write(i) end b:flush()", { msgs = chdku.msg_unbatcher(list) })
assert(#list == 50 and list[50] == 50)
ok, e = pcall(con.execwait, con, "write_usb_msg('x')", { msgs = chdku.msg_unbatcher(list) })
assert(not ok and e.etype == "wrongmsg_sub", tostring(e))

-- what there is
local names = table.concat(chdk.rlibs:names(), " ")
assert(names:find("half", 1, true) and names:find("serialize_msgs", 1, true))
assert(chdk.rlibs:code("basename"):find("function basename", 1, true))

-- slips
refused("no library 'tripel' for the camera; did you mean 'triple'?", con.execwait, con, "return", { libs = "tripel" })
refused("execwait: option 'libs' must be a name or a list of names, not 5", con.execwait, con, "return", { libs = { 5 } })
refused("no option 'depends'; did you mean 'depend'?", chdk.rlibs.register, chdk.rlibs, { name = "x", code = "", depends = "y" })
refused("register: option 'code' must be a string, not nil", chdk.rlibs.register, chdk.rlibs, { name = "x" })
refused("library 'serialize' for the camera is there already", chdk.rlibs.register, chdk.rlibs, { name = "serialize", code = "" })
refused("write chdk.rlibs:register{", chdk.rlibs.register, { name = "x", code = "" })
chdk.rlibs:register({ name = "lost", code = "", depend = "nowhere" })
refused("no library 'nowhere' for the camera, which 'lost' depends on", con.exec, con, "return", { libs = "lost" })
