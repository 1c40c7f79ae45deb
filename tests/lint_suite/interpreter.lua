-- fires: error
local env = { s = function(n) sleep(n) end, p = function(n) print(n) end }
local function run(prog) for op, n in prog:gmatch("(%a)(%d+)") do env[op](tonumber(n)) end end
pcall(run, "p1p2s3")
