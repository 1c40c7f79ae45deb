-- clean
local function take(wait)
  cls()
  if wait then sleep(10) end
end
pcall(take)
