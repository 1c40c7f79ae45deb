-- clean
SAFE = false
function pause(ms) if not SAFE then sleep(ms) end end
pause(10)
SAFE = true
pcall(pause, 10)
SAFE = false
