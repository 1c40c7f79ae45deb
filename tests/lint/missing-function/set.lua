math.floor = function(x) return x end
print(math.floor(3))
if coroutine then print(coroutine.running()) end
