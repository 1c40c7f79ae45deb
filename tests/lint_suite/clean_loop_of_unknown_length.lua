-- clean
local function pause(ms) if ms then sleep(ms) else return get_prop(2) end end
for i = 1, get_prop(1) + 1 do
    pcall(pause)
    pause(10)
end
