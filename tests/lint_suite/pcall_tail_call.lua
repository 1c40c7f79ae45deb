-- fires: error
local function wait(ms) return sleep(ms) end
local function take() return wait(10) end
pcall(take)
