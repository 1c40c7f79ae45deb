-- fires: warning
local function busy()
    local tasks = {}
    local function add(f, ms) tasks[#tasks + 1] = { f = f, at = get_tick_count() + ms, ms = ms } end
    add(function() shoot() end, 1000)
    add(function() print("tick") end, 500)
    for n = 1, 10 do
      table.sort(tasks, function(a, b) return a.at < b.at end)
      local t = tasks[1]
      if t.at > get_tick_count() then sleep(t.at - get_tick_count()) end
      t.f()
      t.at = t.at + t.ms
    end
end
local function other()
    local code = string.format("%s(%d)", "sleep", 5)
    pcall(loadstring(code))
end
local run = get_prop(7) == 1 and busy or other
run()
