-- fires: error
local ok, msg = pcall(read_usb_msg, 1000)
