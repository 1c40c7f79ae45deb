-- fires: error
local function each(list, f)
  table.foreachi(list, function(i, v) f(v) end)
end
each({ 1, 2 }, sleep)
