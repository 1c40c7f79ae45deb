-- fires: error
local wait = loadstring([[
  return function() sleep(10) end
]])()
pcall(wait)
