-- clean (ptp)
function usb_msg_table_to_string(t)
  sleep(10)
  return "a table"
end
write_usb_msg("text")
local results = { 1, 2 }
return results[1], #results
