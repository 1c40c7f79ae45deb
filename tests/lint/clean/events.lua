--[[
@title Switch and watch
@chdk_version 1.3
@param w Wait (s)
@default w 10
@range w 1 600
@param v Verbose
@default v 1
@range v 0 1
--]]

local function say(...)
  if v == 1 then print(...) end
end

function to_record()
  local rec, vid, mode = get_mode()
  if rec then return true end
  set_record(true)
  local tries = 0
  while not get_mode() do
    sleep(100)
    tries = tries + 1
    if tries > 50 then return false end
  end
  sleep(500)
  return true
end

local function percent(part, whole)
  if whole == 0 then return 0 end
  return part * 100 / whole
end

if not to_record() then
  error("no record mode")
end

local raw = get_raw()
if raw == 0 then set_raw(1) end

local stop = get_tick_count() + w * 1000
local level = get_vbatt()
while get_tick_count() < stop do
  local now = get_vbatt()
  if now ~= level then
    say("battery", now, "mV")
    level = now
  end
  if get_usb_power(1) == 1 then
    say("USB is there")
    break
  end
  sleep(200)
end

set_raw(raw)
say(string.format("%d%% of %d KiB free", percent(get_free_disk_space() / 1024, get_disk_size() / 1024), get_disk_size()))
post_levent_to_ui("PressSw1AndMF", 1)
play_sound(4)
shut_down(0)
