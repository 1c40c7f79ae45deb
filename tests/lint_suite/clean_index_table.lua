-- clean
local Base = {}
function Base:wait() sleep(10) end
local o = setmetatable({}, { __index = Base })
o:wait()
