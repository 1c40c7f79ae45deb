-- fires: error
local function run()
  local ok = pcall(sleep, 10)
  return ok
end
run()
