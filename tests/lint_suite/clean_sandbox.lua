-- clean
local safe = { print = print, tostring = tostring }
local chunk = setfenv(loadstring("if sleep then sleep(1) end print('hi')"), safe)
pcall(chunk)
sleep(1)
