-- fires: error
local function cleanup(e)
  sleep(10)
  return e
end
xpcall(function() error("broken") end, cleanup)
