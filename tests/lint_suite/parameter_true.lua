-- fires: error
local function take(wait)
  if wait then sleep(10) end
end
take(false)
pcall(take, true)
