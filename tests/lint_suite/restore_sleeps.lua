-- fires: warning
function restore()
  set_zoom(0)
  sleep(100)
  set_mf(0)
end
sleep(1000)
