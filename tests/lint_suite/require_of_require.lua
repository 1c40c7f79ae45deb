-- fires: error
require("outer")
-- file A/CHDK/SCRIPTS/outer.lua
return require("inner")
-- file A/CHDK/LUALIB/inner.lua
sleep(10)
return {}
