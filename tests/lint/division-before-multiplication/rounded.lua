local s = "abcdef"
local size = 4
for i = 1, (string.len(s) / size) * size, size do print(i) end
