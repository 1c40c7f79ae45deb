-- clean
while true do sleep(100) end
pcall(sleep, 1)
