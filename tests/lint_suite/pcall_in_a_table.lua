-- fires: error
local util = { call = pcall }
util.call(sleep, 10)
