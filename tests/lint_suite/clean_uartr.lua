-- clean
local uartr = require("uartr")
uartr.start()
pcall(uartr.stop)
