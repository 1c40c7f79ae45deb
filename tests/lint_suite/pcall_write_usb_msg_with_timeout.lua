-- fires: error
pcall(write_usb_msg, "done", 500)
