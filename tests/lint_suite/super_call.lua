-- fires: error
local Base = {}
Base.__index = Base
function Base.stop(self) release("shoot_half") end
local Derived = setmetatable({}, { __index = Base })
Derived.__index = Derived
function Derived:stop() Base.stop(self) end
local o = setmetatable({}, Derived)
pcall(o.stop, o)
