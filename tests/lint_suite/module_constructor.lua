-- fires: error
local Timer = require("timer")
local timer = Timer.new(10)
pcall(timer.wait, timer)
-- file A/CHDK/LUALIB/timer.lua
local Timer = {}
Timer.__index = Timer
function Timer.new(ms)
  return setmetatable({ ms = ms }, Timer)
end
function Timer:wait()
  sleep(self.ms)
end
return Timer
