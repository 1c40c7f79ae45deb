-- fires: error
local function by_size(a, b)
  print(a, b)
  sleep(1)
  return a < b
end
local sort = table.sort
sort({ 3, 1, 2 }, by_size)
