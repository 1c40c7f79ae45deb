-- clean
local sum = 0
table.foreachi({ 1, 2 }, function(i, v) sum = sum + v end)
sleep(sum)
