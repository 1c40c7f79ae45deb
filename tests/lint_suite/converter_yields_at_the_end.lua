-- fires: error (ptp)
function usb_msg_table_to_string(t)
  write_usb_msg("a table comes", 100)
  return tostring(t)
end
return { 1, 2 }
