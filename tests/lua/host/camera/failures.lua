-- Scripts that do not compile, fail, are in the way, or do not end.
local con = chdk.simulate({ time = "virtual" })

local ok, e = con:execwait_pcall("local a = 1\nlocal b = = 2", { lint = false })
assert(not ok and e.etype == "execlua_compile" and e.line == 2, tostring(e))
assert(e.script:find("execwait at [^\n]*failures.lua:4"), e.script)
assert(e.msg:find("failures.lua:4]:2: ", 1, true), e.msg)
assert(e.camera and tostring(e):find("PowerShot", 1, true))
assert(e.traceback:find("failures.lua:4: in main chunk", 1, true), e.traceback)

local ok, e = con:exec_pcall("x = = 1", { lint = false })
assert(not ok and e.etype == "execlua_compile", tostring(e))

local ok, e = con:execwait_pcall("local function f()\n  error('boom')\nend\n\nf()")
assert(not ok and e.etype == "exec_runtime" and e.line == 2 and e.msg:find("boom", 1, true), tostring(e))

-- a script in the way
con:exec("sleep(600000)")
local ok, e = con:exec_pcall("return 1")
assert(not ok and e.etype == "execlua_scriptrun", tostring(e))
assert(con:execwait("return 5", { clobber = true }) == 5)

-- killscript
con:exec("sleep(600000)")
assert(con:script_status().run == true)
con:killscript()
assert(con:script_status().run == false)
con:killscript()

-- waiting for a state
con:exec("sleep(3000)")
local before = sys.gettick()
local s = con:wait_status({ run = false, timeout = 1000 })
assert(s.timeout == true and s.run == true and s.msg == false)
assert(sys.gettick() - before < 2)
local ok, e = con:wait_status_pcall({ run = false, timeout = 100, timeout_error = true })
assert(not ok and e.etype == "timeout")
local s = con:wait_status({ run = false, poll = 500, pollstart = false, initwait = 10 })
assert(s.run == false and s.timeout == nil)
assert(sys.gettick() - before >= 3)

-- a script that takes too long is ended
local ok, e = con:execwait_pcall("sleep(600000)", { timeout = 2000 })
assert(not ok and e.etype == "timeout", tostring(e))
assert(con:script_status().run == false)
assert(select("#", con:execwait("sleep(600000)", { timeout = 2000, timeout_error = false })) == 0)

-- a table in a message that is none of ours: the text is kept
local ok, e = con:execwait_pcall("usb_msg_table_to_string = function() return 'not a table' end return {}")
assert(not ok and e.etype == "unserialize" and e.raw == "not a table", tostring(e))
assert(con:execwait("return 1") == 1)

-- a file that is not there
local ok, e = con:download_pcall("A/NOTHERE.TXT", os.tmpname())
assert(not ok and e.etype == "not_found" and e.msg:find("A/NOTHERE.TXT", 1, true), tostring(e))
local ok, e = con:upload_pcall("/no/such/file", "A/X.TXT")
assert(not ok and (e.etype == "not_found" or e.etype == "io"), tostring(e))
local ok, e = con:listdir_pcall("A/NOTHERE")
assert(not ok and e.etype == "remote", tostring(e))

-- a camera without CHDK
local plain = chdk.simulate({ time = "virtual", chdk = false })
assert(plain:is_connected() and plain.apiver.MAJOR == -1)
local ok, e = plain:execwait_pcall("return 1")
assert(not ok and e.etype == "not_chdk", tostring(e))

-- code that stands in this file as it is: its errors name this file and the line they are on
local here = debug.getinfo(1, "l").currentline
local ok, e = con:execwait_pcall([[
  local settings = nil
  return settings.iso -- three lines below `here`
]])
assert(not ok and e.script:find("failures.lua$") and e.line == here + 3, tostring(e))
assert(e.msg:find("failures.lua:" .. here + 3 .. ": attempt to index", 1, true), e.msg)
local ok, e = con:execwait_pcall("error('on one line')")
assert(not ok and e.line == here + 7, tostring(e))
-- the same code twice: the one on the line of the call is meant
local twice = { "error('twice')" }
local ok, e = con:execwait_pcall("error('twice')")
assert(not ok and e.line == here + 11, tostring(e))
-- code that is put together cannot be found, and is named after the call
local ok, e = con:execwait_pcall("error('put " .. "together')")
assert(not ok and e.script:find("^%[execwait at ") and e.line == 1, tostring(e))
