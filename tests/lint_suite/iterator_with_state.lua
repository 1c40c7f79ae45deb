-- fires: error
local function step(ms, i)
  sleep(ms)
  if i < 3 then return i + 1 end
end
local function steps(ms) return step, ms, 0 end
for i in steps(10) do print(i) end
