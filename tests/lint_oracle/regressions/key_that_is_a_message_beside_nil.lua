-- fires (ptp): a field that is nil does not hide the other one
local t3 = { go = sleep, stay = f2 }
local f4 = t3[read_usb_msg() or 'stay']
pcall(f4, 1)
