-- fires: warning
local wait = cls
if get_prop(2) == 1 then wait = sleep end
pcall(wait, 10)
