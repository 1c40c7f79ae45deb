local t = { 1, 2 }
print(<!table.getn!>(t), <!gcinfo!>())
<!table.foreachi!>(t, print)
print(#t, table.maxn(t), collectgarbage("count"))
local my = { getn = function() return 1 end }
print(my.getn())
