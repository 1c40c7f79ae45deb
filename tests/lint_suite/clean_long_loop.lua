-- clean
local function pause(ms) if ms then sleep(ms) end end
for i = 1, 90 do
    for j = 1, 20 do pcall(pause) end
    pause(10)
end
