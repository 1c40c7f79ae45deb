-- clean
for i = 1, 2 do sleep(i) end
local n = 0
while n < 2 do sleep(1) n = n + 1 end
repeat shoot() until true
