-- fires: warning
local shots = 0
while not is_key("set") do
    shots = shots + 1
    if shots > 7 then pcall(shoot) end
    if shots > 9 then break end
    sleep(10)
end
