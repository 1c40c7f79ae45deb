-- fires: error
local function run(f)
  f = f or sleep
  pcall(f, 10)
end
run()
