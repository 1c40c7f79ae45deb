-- fires: error
pcall(function()
  pcall(function()
    sleep(10)
  end)
end)
