-- clean
local cmds = { snap = { check = function() return get_prop(1) end, run = function() shoot() end } }
for i = 1, 3 do
  local c = cmds[read_usb_msg(10) or "snap"]
  if c and pcall(c.check) then c.run() end
end
