<!repeat until get_shooting()!>
<!while get_usb_power(1) == 0 do end!>
local n = 0
<!while not get_flash_ready() do!>
  n = n + 1
  if n > 10000 then break end
end
<!while read_usb_msg() == nil do end!>
local msg
<!repeat msg = read_usb_msg(0) until msg!>
-- These pause, work or call what may do either.
repeat msg = read_usb_msg(1000) until msg
repeat sleep(10) until get_shooting()
while get_usb_power(1) == 0 do wait_click(10) end
local function pause() sleep(1) end
while get_usb_power(1) == 0 do pause() end
local t = {}
while get_tick_count() < 10000 do t[#t + 1] = get_tick_count() end
while true do
  shoot()
end
