-- fires: warning
require("hookutil")
hook_shoot.set(10000)
pcall(hook_shoot.wait_ready)
