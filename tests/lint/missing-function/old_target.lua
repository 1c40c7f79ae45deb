-- target: 1.5
local co = <!coroutine.create!>(function() end)
print(co)
