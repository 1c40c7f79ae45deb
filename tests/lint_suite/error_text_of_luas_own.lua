-- fires: error
local ok, e = pcall(function() undefined_fn() end)
if e:match("global 'undefined_fn'") then pcall(sleep, 1) end
