-- clean
local function make() local n = 0 return function() n = n + 1 if n >= 3 then sleep(1) end end end
local f = make()
pcall(f) pcall(f)
f()
