-- clean
local ok, msg = pcall(read_usb_msg)
