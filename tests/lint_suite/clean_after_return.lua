-- clean
pcall(function()
  do return end
  sleep(10)
end)
