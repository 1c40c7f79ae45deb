-- fires: error
local job = setmetatable({}, { __call = function(self, ms) sleep(ms) end })
pcall(job, 10)
