-- fires: error
local protected = pcall
protected(sleep, 10)
