-- Connections: what is known of the camera, two side by side, and their end.
local con = chdk.simulate({ time = "virtual" })
local other = chdk.simulate({ time = "virtual" })

assert(con:is_connected() and other:is_connected())
local major, minor = con:camera_api_version()
assert(major == 2 and minor == con.apiver.MINOR and con.apiver.MAJOR == 2)
assert(con:is_ver_compatible(2, 0) and not con:is_ver_compatible(2, 1000) and not con:is_ver_compatible(1, 0))
assert(con:script_support() % 2 == 1)
assert(con.condev.transport == "sim" and con:get_con_devinfo().transport == "sim")
assert(con.ptpdev.model:find("PowerShot", 1, true) and con.ptpdev.manufacturer == "Canon Inc.")
local has_chdk = false
for _, code in ipairs(con:get_ptp_devinfo().OperationsSupported) do has_chdk = has_chdk or code == 0x9999 end
assert(has_chdk)
assert(tostring(con):find("PowerShot", 1, true))

-- two scripts at once, and fields of one's own
con.name, other.name = "left", "right"
con:exec("sleep(1000) return 'left'")
other:exec("sleep(1000) return 'right'")
assert(con:wait_msg({ mtype = "return" }).value == con.name)
assert(other:wait_msg({ mtype = "return" }).value == other.name)

-- one in the callback of the other
local got
con:execwait("write_usb_msg('go', 1000)", { msgs = function(m) got = other:execwait("return ... or 'there'") end })
assert(got == "there")

-- counters
con:reset_counters()
con:script_status()
local n = con:get_counters()
assert(n.transactions == 1 and n.write > 0 and n.read > 0 and n.write < 100)

-- the end, and a new beginning
local ok, e = con:connect_pcall()
assert(not ok and e.etype == "connect_connected")
con:disconnect()
assert(not con:is_connected() and con.apiver == nil)
local ok, e = con:execwait_pcall("return 1")
assert(not ok and e.etype == "ptp" and e.ptp_rc == ptp.ERROR_NOT_CONNECTED, tostring(e))
assert(not con:disconnect_pcall())
con:connect()
assert(con:execwait("return 1") == 1)
con:reconnect({ wait = 10 })
assert(con:execwait("return 2") == 2)

-- disconnecting in the middle of something
local ok, e = con:execwait_pcall("while true do write_usb_msg(1, 1000) sleep(10) end", { msgs = function() con:disconnect() end })
assert(not ok and not con:is_connected(), tostring(e))
con:connect()
con:killscript()

-- found by their words
assert(#chdk.list() >= 1 and chdk.list()[1].spec)
local ok, e = pcall(chdk.connect, "a camera")
assert(not ok and e.etype == "bad_arg")

-- __gc cannot use a connection that is busy, and does no harm
local tried
setmetatable({}, { __gc = function() tried = { con:script_status_pcall() } end })
con:execwait("write_usb_msg(1, 1000)", { msgs = function() collectgarbage() end })
assert(tried and (tried[1] == true or tried[2].etype == "busy"))
