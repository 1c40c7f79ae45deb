-- clean (ptp)
function usb_msg_table_to_string(t)
  local parts = {}
  for k, v in pairs(t) do parts[#parts + 1] = tostring(k) .. "=" .. tostring(v) end
  return table.concat(parts, ",")
end
write_usb_msg({ a = 1 })
sleep(10)
return { b = 2 }
