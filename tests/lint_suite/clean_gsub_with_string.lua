-- clean
local s = ("sleep(10)"):gsub("sleep", "shoot")
sleep(10)
