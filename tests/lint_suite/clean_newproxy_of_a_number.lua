-- clean
pcall(function()
  local proxy = newproxy(1)
  sleep(1)
end)
