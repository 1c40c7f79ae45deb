-- fires: error
local function run(...)
  local fs = { ... }
  for i = 1, #fs do pcall(fs[i]) end
end
run(cls, shoot)
