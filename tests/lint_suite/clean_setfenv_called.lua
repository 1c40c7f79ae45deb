-- clean
local chunk = loadstring("sleep(10)")
setfenv(chunk, { sleep = sleep })()
