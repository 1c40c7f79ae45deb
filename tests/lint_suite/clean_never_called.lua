-- clean
local function unused()
  pcall(sleep, 10)
end
sleep(10)
