-- made by moonshutter types: changes here are lost
---@meta

---@class uartr
local uartr = {}

---Stop UART redirect.
function uartr.stop() end

---Start UART redirect.
---
---Calls sleep(10); needs native calls and DryOS.
---
---Waits: an error inside `pcall`, `require`, `table.sort` and the like.
---@param file? any
---@param replace? any
---@param bufsize? any (default 0)
function uartr.start(file, replace, bufsize) end

return uartr
