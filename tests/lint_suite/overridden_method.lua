-- fires: error
local Base = {}
Base.__index = Base
function Base:step() cls() end
function Base:run() self:step() end
local Derived = setmetatable({}, Base)
Derived.__index = Derived
function Derived:step() sleep(10) end
pcall(function() setmetatable({}, Derived):run() end)
