-- fires: error
local wait = sleep
local function take() wait(10) end
pcall(take)
