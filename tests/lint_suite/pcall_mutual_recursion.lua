-- fires: error
local pong
local function ping(n)
  if n == 0 then return shoot() end
  return pong(n - 1)
end
function pong(n) return ping(n) end
pcall(ping, 2)
