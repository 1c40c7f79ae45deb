-- fires: error
getmetatable("").__mod = function(s, n) sleep(n) return s end
print("wait" % 10)
