-- clean
pcall(function()
  for i = 1, 0 do sleep(10) end
end)
