-- clean
require("hookutil")
hook_shoot.wait_ready({ timeout = 1000, timeout_error = false })
