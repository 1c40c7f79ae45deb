-- fires: error
local function try(...)
  return pcall(...)
end
try(sleep, 10)
