-- fires: error
local Job = {}
Job.__index = Job
function Job.new(f) return setmetatable({ f = f }, Job) end
function Job:run() return pcall(self.f) end
Job.new(shoot):run()
