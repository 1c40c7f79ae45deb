-- clean
package.loaded["waits"] = { ready = true }
local waits = require("waits")
-- file A/CHDK/LUALIB/waits.lua
sleep(100)
