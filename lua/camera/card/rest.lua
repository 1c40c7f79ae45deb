-- Sends a file from an offset on. `path`, `offset` and `piece` stand in front.
local file = io.open(path, "rb")
if not file then return false end
if file:seek("set", offset) ~= offset then return false end
while true do
  local text = file:read(piece)
  if not text then break end
  -- not long: a host that has gone must not find it running when it comes back
  if not write_usb_msg(text, 5000) then error("the host has not read for five seconds", 0) end
end
file:close()
local there = os.stat(path)
if not there then return false end
return true, there.size, there.mtime
