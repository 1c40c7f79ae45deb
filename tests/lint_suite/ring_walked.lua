-- fires: warning
local ring = { f = print } ring.next = { f = sleep, next = ring }
local at = ring
repeat pcall(at.f, 1) at = at.next sleep(1) until is_key("set")
