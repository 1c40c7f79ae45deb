-- fires: warning
--[[
@title shots
@chdk_version 1.6
@param n shots
@default n 3
#wait=true "wait"
--]]
local function take()
  for i = 1, n do shoot() end
  if wait then sleep(100) end
end
pcall(take)
