-- clean
local log, n = {}, 0
local function note(safe) if safe then log[#log + 1] = get_prop(1) else sleep(10) end end
while n < 1000 do
    n = n + 1
    pcall(note, true)
    note(false)
    if is_key("set") then break end
end
