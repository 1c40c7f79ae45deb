-- fires: error
repeat
  pcall(shoot)
  sleep(100)
until is_key("set")
