-- fires: error
local wait
local function take() wait(10) end
wait = sleep
pcall(take)
