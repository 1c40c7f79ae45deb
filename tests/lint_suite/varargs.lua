-- fires: error
local function run(...)
  local f, ms = ...
  return pcall(f, ms)
end
run(sleep, 10)
