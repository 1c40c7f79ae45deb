-- clean
local wait = sleep
local function step() wait(10) end
step()
local ok = pcall(cls)
step()
