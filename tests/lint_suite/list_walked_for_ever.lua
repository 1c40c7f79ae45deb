-- fires: warning
local list, i = { print, print, sleep }, 0
local function nextjob() i = i % 3 + 1 return list[i] end
while true do pcall(nextjob(), 1) sleep(1) if is_key("set") then break end end
