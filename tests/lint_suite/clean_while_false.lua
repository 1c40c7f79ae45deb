-- clean
pcall(function()
  while false do sleep(10) end
end)
