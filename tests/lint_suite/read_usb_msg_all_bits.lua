-- fires: error
pcall(read_usb_msg, 0xFFFFFFFF)
