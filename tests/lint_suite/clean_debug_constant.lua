-- clean
local DEBUG = false
pcall(function()
  if DEBUG then sleep(1000) end
end)
