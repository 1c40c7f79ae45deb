-- Errors are tables, as handlers written for chdkptp expect them.
local function fails(f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "it did not fail")
  return e
end

-- not connected
local e = fails(con.script_status, con)
assert(e.etype == "ptp" and e.ptp_rc == ptp.ERROR_NOT_CONNECTED)
assert(tostring(e):find("^not connected: ") and e.msg:find("chdk.connect", 1, true))
assert(e.traceback:find("^stack traceback:\n\t[^\n]*errors.lua:%d+: in function 'fails'"), e.traceback)
assert(not e.traceback:find("moonshutter]", 1, true) and not e.traceback:find("[C]", 1, true), e.traceback)

-- twins
local ok, e = con:exec_pcall("return 1")
assert(ok == false and e.etype == "ptp")
local ok, connected = con:is_connected_pcall()
assert(ok == true and connected == false)

-- fields of a connection that is not there
assert(con.apiver == nil and con.ptpdev == nil and con.condev == nil)
assert(tostring(con) == "connection: not connected", tostring(con))

-- fields of a script's own
con.mine = 7
assert(con.mine == 7)
local e = fails(function() con.exec = print end)
assert(e.etype == "bad_arg" and e.critical and e.msg:find("con.exec is there already", 1, true))

-- misspelt methods
local function misspelt(name, hint)
  local e = fails(function() return con[name] end)
  assert(e.etype == "bad_arg" and e.msg == "no method '" .. name .. "' of a camera connection" .. hint, e.msg)
end
misspelt("exce", "; did you mean 'exec'?")
misspelt("waitmsg", "; did you mean 'wait_msg'?")
misspelt("exce_pcall", "; did you mean 'exec_pcall'?")
misspelt("apivers", "; did you mean 'apiver'?")
misspelt("brew_coffee", "")

-- misspelt options, and values of the wrong type
local function refused(text, method, ...)
  local ok, e = con[method .. "_pcall"](con, ...)
  assert(not ok and e.etype == "bad_arg" and e.msg == text, tostring(e))
end
refused("exec: no option 'clober'; did you mean 'clobber'?", "exec", "return", { clober = true })
refused("execwait: option 'timeout' must be a number of milliseconds, not 'soon'", "execwait", "return", { timeout = "soon" })
refused("exec: no library 'serialise' for the camera; did you mean 'serialize'?", "exec", "return", { libs = "serialise" })
refused("exec: option 'msgs' needs wait = true, or con:execwait", "exec", "return", { msgs = {} })
refused("exec: argument 1 (code) must be a string, not nil", "exec")
refused("exec: too many arguments: it takes 2, not 3", "exec", "a", {}, 5)
refused("wait_status: give run= or msg=, or it would wait for nothing", "wait_status", {})
refused("wait_msg: option 'mtype' must be one of none, error, return, user, not 'usr'", "wait_msg", { mtype = "usr" })
refused("getmem: no form 'lbuf' of memory: there are string, number", "getmem", 0x1000, 4, "lbuf")
refused("write_msg: an empty message: a camera hangs on nothing, so it is not sent", "write_msg", "")
refused("listdir: option 'stat' must be false, '/' or '*', not '+'", "listdir", "A/", { stat = "+" })

local e = fails(con.exec, "return 1")
assert(e.msg:find("not called on a connection: write con:exec", 1, true))

-- tables that cannot go to the camera name the way to the culprit
local e = fails(con.write_msg, con, { exposure = { 1, 1.5 } })
assert(e.etype == "serialize")
assert(e.msg == "message.exposure[2]: 1.5 has no place on the camera: its numbers are 32-bit integers", e.msg)

-- errlib
local e = errlib.new({ etype = "mine", msg = "text" })
assert(tostring(e) == "text" and e.traceback:find("errors.lua", 1, true))
assert(tostring(errlib.new({ etype = "mine" })) == "mine" and tostring(errlib.new()) == "unknown error")
local e = fails(errlib.throw, { etype = "mine", msg = "thrown" })
assert(e.etype == "mine" and tostring(e) == "thrown")
assert(tostring(errlib.new({ msg = "with level" }, 2)) == "with level")

-- specs
local e = fails(chdk.connection, { host = "x", bus = 1 })
assert(e.etype == "bad_arg")
local e = fails(chdk.connection, { hots = "x" })
assert(e.msg == "connection: no option 'hots'; did you mean 'host'?", e.msg)
local other = chdk.connection({ host = "192.0.2.1", port = 15740 })
assert(not other:is_connected() and fails(other.script_status, other).ptp_rc == 0x02FA)
