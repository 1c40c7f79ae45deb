-- fires: warning
require("hookutil")
for _, name in ipairs({ "hook_preshoot", "hook_raw" }) do
  pcall(_G[name].wait_ready, { timeout_error = false })
end
