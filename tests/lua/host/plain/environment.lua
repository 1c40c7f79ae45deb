#!/usr/bin/env moonshutter
-- line numbers are kept behind the first line
local ok, text = pcall(function() error("here") end)
assert(text:find("environment.lua:3: here", 1, true), text)

-- arguments
assert(arg[0]:find("environment.lua$") and arg[1] == "first" and arg[2] == "second" and #arg == 2)
assert(select("#", ...) == 2 and (...) == "first")
assert(sys.getargs()[2] == "second")

-- 5.2, so that composed camera code has no decimal point
assert(_VERSION == "Lua 5.2")
assert("return " .. 10 / 2 == "return 5")

-- the libraries, all of them
assert(io.open and os.time and debug.getinfo and package.path and bit32.band(6, 3) == 2)

-- names of 5.1
assert(select("#", unpack({ 1, nil, 3 }, 1, 3)) == 3)
assert(loadstring("return 7")() == 7)
assert(table.maxn({ 1, [10] = 2 }) == 10 and table.maxn({}) == 0)
assert(math.pow(2, 10) == 1024 and math.log10(1000) > 2.999)
assert(package.loaders == package.searchers)

-- modules beside the script
assert(require("neighbour").name == "neighbour")

-- time does not really pass on a virtual clock
local before = sys.gettick()
sys.sleep(90000)
assert(sys.gettick() - before == 90)
sys.sleep(-1)
local seconds, micros = sys.gettimeofday()
assert(seconds > 1e9 and micros < 1e6)
assert(sys.ostype() == "Linux" or sys.ostype() == "Darwin" or sys.ostype() == "Windows")
assert(sys.getenv("PATH") and sys.getenv("NO_SUCH_VARIABLE_HERE") == nil)

-- codes and versions
assert(ptp.RC_OK == 0x2001 and ptp.ERROR_NOT_CONNECTED == 0x02FA)
assert(chdk.host_api_version().MAJOR == 2 and chdk.host_api_version().MINOR == 9)
assert(chdk.program_version().MAJOR == 0)

-- coroutines are what they were
local co = coroutine.wrap(function(a)
  local b = coroutine.yield(a + 1)
  local ok, c = pcall(coroutine.yield, b + 1)
  error({ code = c }, 0)
end)
assert(co(1) == 2 and co(5) == 6)
local ok, e = pcall(co, 9)
assert(not ok and e.code == 9)
assert(select("#", coroutine.resume(coroutine.create(function() return nil, nil end))) == 3)
