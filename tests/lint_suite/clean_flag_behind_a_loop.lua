-- clean
local seen = {}
repeat
  wait_click(50)
  seen[#seen + 1] = get_tick_count()
until #seen > get_prop(3)
local conf = { debug = false, level = 0 }
local function dbg(...)
  if conf.debug then print(...) wait_click(0) end
  if conf.level > 3 then sleep(10) end
end
local ok, e = pcall(function() dbg("x") return 1 end)
sleep(10)
