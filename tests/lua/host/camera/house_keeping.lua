-- How a camera is, its clock, its mode, and its restart, as methods.
local con, sim = chdk.simulate({ time = "virtual" })

local condition = con:condition()
assert(condition.battery_mv == 3900 and condition.record == false)
assert(condition.build.platform == "sim" and condition.card_free <= condition.card_size)

con:set_clock("2040-02-29 12:34:56")
assert(con:execwait("return os.date('%Y-%m-%d %H:%M')") == "2040-02-29 12:34")
con:set_clock({ year = 2026, month = 5, day = 1, hour = 0, min = 0, sec = 59 })
local clock = con:get_clock({ utc = true })
assert(clock.year == 2026 and clock.month == 5 and clock.min == 1, clock.min)
assert(clock.host.year >= 2026 and clock.offset ~= 0 and clock.uncertainty > 0)

assert(con:switch_mode("rec") == true and con:execwait("return (get_mode())") == true)
assert(con:switch_mode("rec") == false)
assert(con:switch_mode("play") == true)

con:reboot()
assert(not con:is_connected())
con:reconnect({ timeout = 60000 })
assert(con:execwait("return 1") == 1)

-- One that does not come back is given up.
con:shut_down()
assert(not con:is_connected())
local ok, e = con:reconnect_pcall({ wait = 10, timeout = 2000 })
assert(not ok and e.etype == "connect_fail", tostring(e))
sim:on()
con:reconnect()

local function refused(word, f, ...)
  local ok, e = pcall(f, con, ...)
  assert(not ok and e.etype == "bad_arg" and tostring(e):find(word, 1, true), tostring(e))
end
refused('"rec" or "play"', con.switch_mode, "record")
refused("2026-05-01", con.set_clock, "yesterday")
refused("2026-05-01", con.set_clock, { year = 2026, month = 13, day = 1, hour = 0, min = 0, sec = 0 })
refused("2026-05-01", con.set_clock, 5)
refused("did you mean 'utc'", con.get_clock, { utcc = true })
