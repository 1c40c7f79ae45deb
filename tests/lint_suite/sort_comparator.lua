-- fires: error
local list = { 3, 1, 2 }
table.sort(list, function(a, b)
  sleep(1)
  return a < b
end)
