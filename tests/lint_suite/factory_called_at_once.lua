-- fires: error
local function make() return function() return shoot end end
pcall(make()())
