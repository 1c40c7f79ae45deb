-- Files and folders on the card, and memory.
local con = chdk.simulate({ time = "virtual" })
local here, there = os.tmpname(), os.tmpname()

local function put(path, bytes)
  local file = assert(io.open(path, "wb"))
  file:write(bytes)
  file:close()
end
local function get(path)
  local file = assert(io.open(path, "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end

local bytes = {}
for i = 1, 100000 do bytes[i] = string.char(i * 7 % 256) end
bytes = table.concat(bytes)

put(here, bytes)
con:upload(here, "A/DATA.BIN")
con:download("A/DATA.BIN", there)
assert(get(there) == bytes)

-- an empty file
put(here, "")
con:upload(here, "A/EMPTY.BIN")
con:download("A/EMPTY.BIN", there)
assert(get(there) == "")

-- the camera's own answers
local st = con:stat("A/DATA.BIN")
assert(st.size == 100000 and st.is_file and not st.is_dir)
local nothing, why = con:stat("A/it's not there")
assert(nothing == nil and type(why) == "string")

-- folders
assert(con:mkdir("A/NEW") == true)
con:upload(here, "A/NEW/ONE.TXT")
con:upload(here, "A/NEW/TWO.JPG")
local function sorted(list) table.sort(list) return table.concat(list, " ") end
assert(sorted(con:listdir("A/NEW")) == "ONE.TXT TWO.JPG")
assert(sorted(con:listdir("A/NEW", { match = "%.JPG$" })) == "TWO.JPG")
assert((" " .. sorted(con:listdir("A/", { stat = "/" })) .. " "):find(" NEW/ ", 1, true))
for _, entry in ipairs(con:listdir("A/", { stat = "*" })) do
  if entry.name == "DATA.BIN" then assert(entry.size == 100000 and entry.is_file and entry.mtime) end
  if entry.name == "NEW" then assert(entry.is_dir) end
end
assert(con:remove("A/NEW/ONE.TXT") == true and #con:listdir("A/NEW") == 1)

os.remove(here)
os.remove(there)

-- memory
assert(#con:getmem(0x1000, 16) == 16)
local ok, e = con:getmem_pcall(0x1000, 0)
assert(not ok)
