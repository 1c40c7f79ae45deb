-- fires: error
local f, n = print, 0
while true do
    n = n + 1
    if n == 5 then f = sleep end
    if n == 9 then break end
    pcall(f, n)
end
