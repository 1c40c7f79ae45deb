-- fires: warning
local s, nxt = "a", { a = "b", b = "c", c = "a" }
while true do if s == "c" then pcall(sleep, 1) end s = nxt[s] sleep(1) if is_key("set") then break end end
