-- clean
local keep = { wait = sleep }
pcall(table.insert, {}, sleep)
pcall(type, keep.wait)
keep.wait(10)
