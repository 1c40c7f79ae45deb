-- fires: error (ptp)
function usb_msg_table_to_string(t)
  sleep(10)
  return "a table"
end
return get_buildinfo()
