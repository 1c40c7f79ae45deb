-- fires: error
local camera = { delay = 10 }
function camera:wait() sleep(self.delay) end
function camera:take() self:wait() end
pcall(function() camera:take() end)
