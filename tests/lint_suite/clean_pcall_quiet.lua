-- clean
local ok, value = pcall(get_prop, 1)
sleep(10)
