-- fires: error
local function wait() sleep(10) end
local function focus() wait() end
local function take() focus() end
pcall(take)
