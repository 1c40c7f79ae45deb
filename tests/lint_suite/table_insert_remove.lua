-- fires: error
local queue = {}
table.insert(queue, shoot)
pcall(table.remove(queue))
