-- fires: error
local function bounce(f) while type(f) == "function" do f = f() end return f end
pcall(bounce, function() return function() sleep(1) return 5 end end)
