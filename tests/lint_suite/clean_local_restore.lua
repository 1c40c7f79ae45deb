-- clean
local function restore()
  sleep(100)
end
sleep(1000)
restore()
