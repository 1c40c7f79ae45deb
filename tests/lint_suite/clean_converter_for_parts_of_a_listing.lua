-- clean (ptp)
function usb_msg_table_to_string(t)
  sleep(10)
  return "a table"
end
local list = os.listdir("A")
for i = 1, #list do write_usb_msg(list[i]) end
return #list, get_buildinfo().version
