-- clean
local function both(...) return ... end
pcall(function()
  ("xyz"):gsub(".", both(function() sleep(1) end, function() sleep(1) end))
end)
