-- fires: warning (library)
local function take() shoot() end
return {
  each = function(list)
    table.foreachi({ 1 }, function() take() end)
  end,
}
