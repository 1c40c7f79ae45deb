-- Strings that can be calculated with: the script says how.
getmetatable("").__mod = function(format, values) return string.format(format, unpack(values)) end
print("%d of %d" % { 1, 2 })
print(tonumber(<!"0.5"!>))
