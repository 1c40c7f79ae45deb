-- fires: error
xpcall(function() sleep(10) end, function(e) return e end)
