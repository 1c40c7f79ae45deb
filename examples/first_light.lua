-- First light: this script runs on your computer and drives a camera.
--
--   moonshutter run examples/first_light.lua -c sim
--
-- `con` is the camera named with -c. What stands in [[ ]] is sent to it and runs on the camera's own Lua.

print("camera:  " .. con.ptpdev.model .. ", CHDK protocol " .. con.apiver.MAJOR .. "." .. con.apiver.MINOR)

-- 1. Run code there and get its values back: as many as were returned, the nils in their places.
local a, b, c, d = con:execwait("return 7/2, nil, 'north', nil")
print("returns: ", a, b, c, d) -- numbers on the camera are integers: 7/2 is 3

-- 2. A table arrives as a table.
local build = con:execwait("return get_buildinfo()")
print("build:   " .. build.platform .. " " .. build.platsub .. ", " .. build.os .. ", digic " .. build.digic)

-- 3. Talk with a running script. It asks; the host answers.
con:exec([[
  for i = 1, 3 do
    write_usb_msg({ question = i .. " + " .. i })
    local answer = read_usb_msg(5000)
    write_usb_msg("thanks for " .. answer)
  end
]])
for i = 1, 3 do
  local asked = con:wait_msg { timeout = 5000, mtype = "user" }.value
  con:write_msg(tostring(i + i))
  local thanks = con:wait_msg { timeout = 5000, mtype = "user" }.value
  print("camera asks:  " .. asked.question, "and says:  " .. thanks)
end
con:wait_status { run = false }

-- 4. A file to the camera's card, seen there by its own Lua, and back.
local path, copy = os.tmpname(), os.tmpname()
local file = assert(io.open(path, "wb"))
for i = 1, 100000 do file:write(i, "\n") end
file:close()
con:upload(path, "A/NUMBERS.TXT")
print("on card: " .. con:stat("A/NUMBERS.TXT").size .. " bytes")
con:download("A/NUMBERS.TXT", copy)
local function content(name)
  local f = assert(io.open(name, "rb"))
  local bytes = f:read("*a")
  f:close()
  return bytes
end
print("file:    " .. (content(path) == content(copy) and "the same, there and back" or "DIFFERENT"))
os.remove(path)
os.remove(copy)

-- 5. What goes wrong on the camera comes back as an error, with the line in the code above it.
local ok, err = pcall(con.execwait, con, [[
  local settings = nil
  sleep(20)
  print(settings.iso)
]])
print("error:   " .. err.etype .. ": " .. err.msg)

-- 6. A camera that waits inside pcall fails: its Lua cannot yield there. The linter stops such a script before it is sent;
-- without the linter, this is what happens.
local wrong = "return pcall(sleep, 100)" -- lint: allow(yield-across-boundary) to show that it is stopped
local ok, err = pcall(con.execwait, con, wrong)
print("linter:  " .. err.etype .. ": " .. err.msg:match("[^\n]+"))
print("pcall:   ", con:execwait(wrong, { lint = false }))
