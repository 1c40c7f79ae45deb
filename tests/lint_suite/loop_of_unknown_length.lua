-- fires: warning
local f = get_prop
for i = 1, get_prop(1) + 1 do
    pcall(f, 2)
    f = sleep
end
