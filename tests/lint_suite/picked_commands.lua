-- fires: warning
local cmds = { snap = function() shoot() end, nap = function() sleep(5) end, ver = function() return 1 end }
while true do
  local m = read_usb_msg(10)
  if m == "quit" then break end
  local f = cmds[m or "snap"]
  if f then
    local ok, err = pcall(f)
    write_usb_msg({ ok, err })
  end
end
