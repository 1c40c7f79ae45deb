-- fires: warning
pcall(function()
  if get_prop(1) == 1 then
    sleep(10)
  end
end)
