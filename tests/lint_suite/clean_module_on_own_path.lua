-- clean
package.path = package.path .. "A/CHDK/SCRIPTS/lib/?.lua;"
local m = require("extra")
m.go()
-- file A/CHDK/SCRIPTS/lib/extra.lua
local M = {}
function M.go() sleep(1) end
return M
