-- clean
pcall(function()
  error("not today")
  sleep(10)
end)
