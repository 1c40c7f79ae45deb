-- fires: error
local function twice(f)
  return function(...) f(...) f(...) end
end
pcall(twice(sleep), 10)
