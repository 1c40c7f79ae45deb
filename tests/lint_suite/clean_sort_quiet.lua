-- clean
table.sort({ 3, 1, 2 }, function(a, b) return a > b end)
sleep(1)
