-- clean
local ok, chunk = pcall(loadstring, "sleep(10)")
chunk()
