-- clean
local function take(wait)
  if wait then sleep(10) end
end
pcall(take, false)
take(true)
