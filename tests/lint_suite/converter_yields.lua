-- fires: error (ptp)
usb_msg_table_to_string = function(t)
  sleep(1)
  return "table"
end
write_usb_msg({ 1, 2 })
