-- clean
local function call(sleep) return sleep() end
pcall(call, get_tick_count)
