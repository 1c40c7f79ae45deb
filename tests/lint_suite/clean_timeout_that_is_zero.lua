-- clean
local t = get_prop(1)
if t == 0 then pcall(read_usb_msg, t) end
