-- fires: error
local Base = {}
function Base:wait() sleep(10) end
local Derived = setmetatable({}, { __index = Base })
Derived.__index = Derived
local o = setmetatable({}, Derived)
pcall(function() o:wait() end)
