-- clean
pcall(write_usb_msg, "hello")
