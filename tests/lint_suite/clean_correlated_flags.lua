-- clean
local quiet = get_prop(1) == 1
local f = sleep
if quiet then f = print end
if quiet then pcall(f, 1) else f(1) end
