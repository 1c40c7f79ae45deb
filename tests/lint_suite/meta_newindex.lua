-- fires: warning
local M = {}
function M.__newindex(t, k, v)
  shoot()
  rawset(t, k, v)
end
local t = setmetatable({}, M)
t.count = 1
