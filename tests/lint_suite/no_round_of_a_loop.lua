-- fires: warning
local f = sleep
for i = 1, get_prop(1) do f = print end
pcall(f, 1)
