-- fires: warning
local function f() return missing end
setfenv(f, setmetatable({}, { __index = function(_, k) sleep(1) return k end }))
f()
