-- fires: warning
local uartr = require("uartr")
pcall(uartr.start, "A/UART.LOG")
