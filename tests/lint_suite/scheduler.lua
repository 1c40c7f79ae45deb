-- fires: error
local tasks = {}
local function add(f, ms) tasks[#tasks + 1] = { f = f, at = get_tick_count() + ms, ms = ms } end
add(function() shoot() end, 1000)
add(function() print("tick") end, 500)
for n = 1, 10 do
  table.sort(tasks, function(a, b) return a.at < b.at end)
  local t = tasks[1]
  if t.at > get_tick_count() then sleep(t.at - get_tick_count()) end
  if not pcall(t.f) then print("failed") end
  t.at = t.at + t.ms
end
