-- clean
local function read(timeout)
  return read_usb_msg(timeout)
end
pcall(read, 0)
read(100)
