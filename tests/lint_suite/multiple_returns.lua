-- fires: error
local function pair() return cls, shoot end
local a, b = pair()
pcall(b)
