-- fires: error
local job = { sleep, 10 }
pcall(unpack(job))
