-- clean
local function ready()
  sleep(10)
  return ipairs({ 1, 2 })
end
for i, v in ready() do shoot() end
