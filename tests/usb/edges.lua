-- Files and data of every size at which USB packets and transfers end, there and back.
local sizes, known = {}, {}
local function add(size)
  if size > 0 and not known[size] then
    known[size] = true
    sizes[#sizes + 1] = size
  end
end

-- A container's header is 12 bytes; an upload has the length of the name and the name besides.
for _, around in ipairs{ 0, 512, 1024, 16384, 262144, 1048576 } do
  for _, header in ipairs{ 0, 12, 12 + 4 + #"A/EDGE.BIN" } do
    for off = -1, 1 do add(around - header + off) end
  end
end

local function pattern(size)
  local piece = {}
  for i = 1, 256 do piece[i] = string.char((i * 7 + size) % 256) end
  local text = table.concat(piece)
  return text:rep(math.ceil(size / #text)):sub(1, size)
end

local function write(name, bytes)
  local file = assert(io.open(name, "wb"))
  file:write(bytes)
  file:close()
end

local function read(name)
  local file = assert(io.open(name, "rb"))
  local bytes = file:read("*a")
  file:close()
  return bytes
end

for _, size in ipairs(sizes) do
  local bytes = pattern(size)
  write("/tmp/up", bytes)
  con:upload("/tmp/up", "A/EDGE.BIN")
  con:download("A/EDGE.BIN", "/tmp/down")
  assert(read("/tmp/down") == bytes, "a file of " .. size .. " bytes is not the same")
  if size < 20000 then
    -- as a message, in both directions
    con:exec("write_usb_msg(read_usb_msg(5000))")
    con:write_msg(bytes)
    assert(con:wait_msg{ timeout = 5000 }.value == bytes, "a message of " .. size .. " bytes is not the same")
    con:wait_status{ run = false }
  end
end

-- memory comes in the size that is asked for
for size = 488, 512 do assert(#con:getmem(0x1000, size) == size) end
print(#sizes .. " sizes")
