--[[
@title Tasks without coroutines
@chdk_version 1.6.1
]]
local tasks = {}
local function spawn(name, step, ms)
  tasks[#tasks + 1] = { name = name, step = step, ms = ms, due = get_tick_count() }
end
local function led_task()
  local on = 0
  return function()
    on = 1 - on
    set_led(8, on)
    return true
  end
end
local function shot_task(count)
  return function()
    count = count - 1
    shoot()
    return count > 0
  end
end
local function watch_task()
  return function()
    return get_vbatt() < 100000
  end
end
spawn("led", led_task(), 200)
spawn("shot", shot_task(3), 1000)
spawn("watch", watch_task(), 500)
local rounds = 0
while #tasks > 0 and rounds < 60 do
  rounds = rounds + 1
  for i = #tasks, 1, -1 do
    local t = tasks[i]
    if get_tick_count() >= t.due then
      t.due = get_tick_count() + t.ms
      if not t.step() then
        table.remove(tasks, i)
      end
    end
  end
  sleep(20)
end
