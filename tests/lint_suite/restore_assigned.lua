-- fires: warning
local function finish() write_usb_msg("bye", 100) end
restore = finish
sleep(1000)
