-- fires: warning (ptp)
function usb_msg_table_to_string(t)
  sleep(10)
  return "a table"
end
write_usb_msg(os.listdir("A"))
