-- fires: warning
local log = { timeout = 10 }
function log:write(text) write_usb_msg(text, self.timeout) end
function restore() log:write("end") end
sleep(1000)
