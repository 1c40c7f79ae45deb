-- clean
pcall(function()
  if false then sleep(10) end
end)
