-- fires: error
local function f() wait(10) end
setfenv(f, { wait = sleep })
pcall(f)
