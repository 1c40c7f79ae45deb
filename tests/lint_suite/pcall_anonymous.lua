-- fires: error
pcall(function()
  sleep(100)
end)
