-- clean
getmetatable("").__mod = function(f, v) return string.format(f, unpack(v)) end
for i = 1, get_jpg_count() do print("shot %d of %d" % { i, 3 }) shoot() end
