-- fires: error
table.foreach({ a = 1 }, function(k, v) sleep(v) end)
