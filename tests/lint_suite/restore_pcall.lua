-- fires: warning
function restore()
  pcall(sleep, 100)
end
sleep(1000)
