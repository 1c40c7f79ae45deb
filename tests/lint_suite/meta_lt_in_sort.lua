-- fires: warning
local M = { __lt = function(a, b) sleep(1) return a.n < b.n end }
local list = { setmetatable({ n = 2 }, M), setmetatable({ n = 1 }, M) }
table.sort(list)
