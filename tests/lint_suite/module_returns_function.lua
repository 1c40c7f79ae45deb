-- fires: error
local wait = require("wait")
table.foreachi({ 1 }, function() wait() end)
-- file A/CHDK/LUALIB/wait.lua
return function() sleep(10) end
