-- fires: warning
if get_prop(1) == 1 then
  pcall(sleep, 10)
end
