-- clean
require("hookutil")
hook_shoot.wait_ready({ timeout_error = false })
