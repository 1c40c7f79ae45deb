-- fires: error
local steps = { shoot }
for i, step in next, steps do pcall(step) end
