-- fires: error
local steps = { first = shoot, second = wait_click }
for name, step in pairs(steps) do
  print(name, pcall(step))
end
