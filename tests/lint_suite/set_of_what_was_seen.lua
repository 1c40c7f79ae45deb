-- fires: warning
local seen = {}
while not is_key("set") do local k = read_usb_msg() or "x" if seen[k] then pcall(sleep, 1) break end seen[k] = true sleep(1) end
