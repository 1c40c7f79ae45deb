-- fires: warning (ptp)
function usb_msg_table_to_string(t)
  sleep(10)
  return "a table"
end
if is_key("set") then
  return 1, { 2 }
end
return "nothing"
