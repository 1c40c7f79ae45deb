-- Messages both ways, and callbacks that use the connection they were called from.
local con = chdk.simulate({ time = "virtual" })

-- a callback that answers
local answers = {}
local result = con:execwait([[
  local sum = 0
  for i = 1, 5 do
    write_usb_msg({ question = i })
    sum = sum + tonumber(read_usb_msg(10000))
  end
  return sum
]], {
  msgs = function(m, data)
    assert(m.type == "user" and m.subtype == "table" and m.script_id == con:get_script_id() and data == "data")
    con:write_msg(tostring(m.value.question * 10))
    answers[#answers + 1] = con:script_status().run
  end,
  fdata = "data",
})
assert(result == 150 and #answers == 5 and answers[5] == true, tostring(result))

-- into a table
local t = {}
con:execwait("write_usb_msg('a') write_usb_msg(nil) write_usb_msg(3)", { msgs = t })
assert(#t == 3 and t[1].value == "a" and t[2].subtype == "nil" and t[3].value == 3)

-- what a callback throws comes out as it is, and the script is ended
local mine = setmetatable({}, { __tostring = function() return "mine" end })
local ok, e = con:execwait_pcall("while true do write_usb_msg(1, 1000) sleep(10) end", { msgs = function() error(mine) end })
assert(not ok and rawequal(e, mine))
assert(con:script_status().run == false)

-- and the connection goes on
con:flushmsgs()
assert(con:execwait("return 1") == 1)

-- a script run from inside the callback of another is refused, as long as that one runs
local inner
con:execwait("write_usb_msg(1, 1000) sleep(100) return 1", {
  msgs = function()
    local ok, e = con:execwait_pcall("return 2")
    inner = e
  end,
})
assert(inner and inner.etype == "execlua_scriptrun", tostring(inner))

-- one at a time
con:exec("write_usb_msg('one') write_usb_msg({2}) return 3")
local m = con:wait_msg({ mtype = "user", msubtype = "string" })
assert(m.value == "one" and m.script_id == con:get_script_id())
assert(con:wait_msg({ mtype = "user", munserialize = true })[1] == 2)
assert(con:wait_msg({ mtype = "return", munserialize = true }) == 3)
con:wait_status({ run = false })
assert(con:read_msg().type == "none")
local ok, e = con:read_msg_strict_pcall({})
assert(not ok and e.etype == "nomsg")
local ok, e = con:wait_msg_pcall({ timeout = 1000 })
assert(not ok and e.etype == "nomsg" and e.msg:find("ended without a message", 1, true), tostring(e))

-- wrong ones
con:exec("return 1")
local ok, e = con:wait_msg_pcall({ mtype = "user" })
assert(not ok and e.etype == "wrongmsg", tostring(e))
con:wait_status({ run = false })
con:exec("return 1")
local ok, e = con:wait_msg_pcall({ mtype = "return", msubtype = "table" })
assert(not ok and e.etype == "wrongmsg_sub", tostring(e))
con:wait_status({ run = false })
con:exec("error('oops')")
local ok, e = con:wait_msg_pcall({ mtype = "return" })
assert(not ok and e.etype == "wrongmsg_error" and e.msg:find("oops", 1, true), tostring(e))
con:wait_status({ run = false })

-- a timeout
con:exec("sleep(5000)")
local before = sys.gettick()
local ok, e = con:wait_msg_pcall({ timeout = 1000 })
local waited = sys.gettick() - before
assert(not ok and e.etype == "timeout" and waited >= 1 and waited < 2, tostring(e) .. waited)
con:killscript()

-- read_all_msgs sorts them
con:exec("write_usb_msg('u') return 'r'")
con:wait_status({ run = false })
local users, others = {}, {}
assert(con:read_all_msgs({ user = users, default = function(m) others[#others + 1] = m end }) == true)
assert(#users == 1 and users[1].value == "u" and #others == 1 and others[1].type == "return")
con:exec("write_usb_msg('u') return 'r'")
con:wait_status({ run = false })
local ok, why = con:read_all_msgs({ default = function() return false, "enough" end })
assert(ok == false and why == "enough")
con:flushmsgs()
assert(con:script_status().msg == false)

-- get_error_msg
con:exec("write_usb_msg(1) error('gone wrong')")
con:wait_status({ run = false })
local m = con:get_error_msg()
assert(m.type == "error" and m.subtype == "runtime" and m.value:find("gone wrong", 1, true))
assert(con:get_error_msg() == false)

-- to nobody, to somebody else, to too many
local ok, e = con:write_msg_pcall("x")
assert(not ok and e.etype == "msg_notrun", tostring(e))
con:exec("sleep(60000)")
local ok, e = con:write_msg_pcall("x", 4711)
assert(not ok and e.etype == "msg_badid", tostring(e))
local full
for _ = 1, 20 do
  local ok, e = con:write_msg_pcall("x")
  full = full or e
end
assert(full.etype == "msg_full", tostring(full))
con:killscript()

-- tables to the camera
con:exec("local t = loadstring('return '..read_usb_msg(1000))() return t.name, t[1]")
con:write_msg({ 7, name = "n" })
assert(con:wait_msg().value == "n" and con:wait_msg({ munserialize = true }) == 7)

-- a table that the script wrote as text itself
con:wait_status({ run = false })
con:exec("write_usb_msg('{a=5}')")
assert(con:wait_msg({ munserialize = true }).a == 5)

-- from a coroutine; a callback cannot yield through us, and says so
con:wait_status({ run = false })
local co = coroutine.wrap(function()
  coroutine.yield(con:execwait("write_usb_msg(1, 1000) return 1", { msgs = function() con:script_status() end }))
  return con:execwait_pcall("write_usb_msg(1, 1000)", { msgs = function() coroutine.yield(5) end })
end)
assert(co() == 1)
local ok, e = co()
assert(ok == false and tostring(e):find("yield", 1, true), tostring(e))
assert(con:script_status().run == false)

-- a misspelt method in a callback is an error like any other
local ok, e = con:execwait_pcall("write_usb_msg(1, 1000)", { msgs = function() con:exce() end })
assert(not ok and e.etype == "bad_arg" and e.msg:find("did you mean 'exec'", 1, true), tostring(e))

-- big ones, both ways
con:flushmsgs()
local big = ("x\0y"):rep(20000)
con:exec("local s = read_usb_msg(10000) write_usb_msg(s, 10000) return #s")
con:write_msg(big)
assert(con:wait_msg().value == big and con:wait_msg().value == #big)
local t = con:execwait("local t = {} for i = 1, 2000 do t[i] = {i, 'n'..i} end return t")
assert(#t == 2000 and t[2000][2] == "n2000")

-- what is written: strings as they are, everything else as the text that unserialize reads on the camera
con:exec("while true do local m = read_usb_msg(1000) if m then write_usb_msg(m, 1000) end if m == 'end' then break end end")
for value, text in pairs({ [5] = "5", [-2 ^ 31] = "-2147483647-1", [true] = "true", ["5"] = "5", ["a\0"] = "a\0" }) do
  con:write_msg(value)
  assert(con:wait_msg({ timeout = 2000 }).value == text, text)
end
con:write_msg({ 1, nil, 3 })
assert(con:wait_msg({ timeout = 2000 }).value == "{1,nil,3}")
local shared = {}
con:write_msg({ shared, shared })
local read = con:wait_msg({ timeout = 2000, munserialize = true })
assert(read[1] == read[2] and type(read[1]) == "table")
for _, value in ipairs({ 1.5, 2 ^ 31, print }) do
  local ok, e = con:write_msg_pcall(value)
  assert(not ok and e.etype == "serialize" and e.msg:find("^message: "), tostring(e))
end
ok, e = con:write_msg_pcall(nil)
assert(not ok and e.etype == "bad_arg", tostring(e))
con:write_msg("end")
con:wait_status({ run = false })
