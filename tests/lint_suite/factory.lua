-- fires: error
local function every(ms)
  return function() sleep(ms) end
end
local tick = every(100)
pcall(tick)
