-- fires: error
local f, why = load(function()
  sleep(1)
  return nil
end)
