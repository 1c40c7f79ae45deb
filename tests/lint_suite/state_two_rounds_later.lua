-- fires: warning
local a, b = false, false
repeat if b then pcall(sleep, 1) end b = a a = true sleep(1) until is_key("set")
