-- fires: error
local function read(timeout)
  return read_usb_msg(timeout)
end
read(0)
pcall(read, 100)
