-- fires: error
package.path = package.path .. "A/CHDK/MYLIB/?.lua;"
local m = require("extra")
-- file A/CHDK/MYLIB/extra.lua
sleep(1)
return {}
