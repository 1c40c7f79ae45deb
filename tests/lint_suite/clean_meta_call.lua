-- clean
local job = setmetatable({}, { __call = function(self, ms) sleep(ms) end })
job(10)
