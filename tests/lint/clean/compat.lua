--[[
@title Works anywhere
@param a Shots
@default a 3
--]]

-- Written for many versions of CHDK: asks before it calls what may not be there.

if type(set_console_layout) == "function" then
  set_console_layout(0, 0, 40, 12)
end

if not os.mkdir then
  print("old firmware")
end

local build = get_buildinfo()
local is_dryos = build.os == "dryos"

if get_flash_ready == nil then
  function get_flash_ready() return true end
end

local round = math.floor or function(x) return x end
local yield = coroutine and coroutine.yield or sleep

if get_video_details then
  print(get_video_details())
end

if DEBUG then print("debug") end

local function set_display(state)
  if set_lcd_display then
    set_lcd_display(state)
  elseif call_event_proc then
    call_event_proc(state == 1 and "UI.TurnOnDisplay" or "UI.TurnOffDisplay")
  end
end

set_display(0)
for i = 1, a do
  if get_flash_ready() then shoot() end
  yield(100)
end
set_display(1)
print(is_dryos, round(3))
