-- clean
local M = {}
function M.__tostring(o) return "o" .. o.n end
function M.__eq(a, b) return a.n == b.n end
local o = setmetatable({ n = 1 }, M)
print(o)
sleep(10)
