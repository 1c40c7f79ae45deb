--[[
@title Bracketing
@chdk_version 1.5.1
#ui_steps=3 "Shots each way" [1 5]
#ui_size=2 "Step" {1/3 2/3 1 2} table
#ui_order=0 "Order" {under-over over-under}
#ui_raw=false "Raw"
#ui_delay=500 "Delay (ms)" long
#ui_log=true "Log"
--]]

local sizes = { 32, 64, 96, 192 }
local props = require("propcase")
local saved = {}

local log
if ui_log then
  log = io.open("A/CHDK/LOGS/BRACKET.LOG", "ab")
end

local function say(...)
  local text = string.format(...)
  print(text)
  if log then
    log:write(os.date("%Y-%m-%d %H:%M:%S "), text, "\n")
    log:flush()
  end
end

local function save()
  saved.raw = get_raw()
  saved.flash = get_prop(props.FLASH_MODE)
end

function restore()
  set_raw(saved.raw)
  set_prop(props.FLASH_MODE, saved.flash)
  if log then log:close() end
end

local function one(offset, base)
  press("shoot_half")
  repeat sleep(10) until get_shooting()
  set_tv96_direct(base + offset)
  press("shoot_full")
  repeat sleep(10) until not get_shooting()
  release("shoot_full")
  say("tv %d (%+d/96)", base + offset, offset)
end

local function main()
  local rec, video = get_mode()
  if not rec or video then
    error("switch to a still mode first")
  end
  save()
  set_raw(ui_raw)
  set_prop(props.FLASH_MODE, 2)

  press("shoot_half")
  repeat sleep(10) until get_shooting()
  local base = get_tv96()
  release("shoot_half")
  repeat sleep(10) until not get_shooting()

  local step = sizes[ui_size.index]
  if ui_order == 1 then step = -step end
  for i = -ui_steps, ui_steps do
    one(i * step, base)
    sleep(ui_delay)
  end
end

main()
restore()
