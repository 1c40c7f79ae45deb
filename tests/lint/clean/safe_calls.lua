--[[
@title Safe calls
@chdk_version 1.5.1
]]
-- errors of functions that do not wait are caught; those that wait are called as they are
local function try(f, ...)
  local r = { pcall(f, ...) }
  if table.remove(r, 1) then
    return unpack(r)
  end
  print("! " .. tostring(r[1]))
  return nil
end

local function guarded(f)
  return function(...)
    return try(f, ...)
  end
end

local function retry(n, f, ...)
  for i = 1, n do
    local ok, r = pcall(f, ...)
    if ok then
      return r
    end
    sleep(100)
  end
  return nil
end

local stat = guarded(os.stat)
local mode = guarded(function()
  local rec = get_mode()
  return rec and "rec" or "play"
end)

local function open(name)
  local f, err = io.open(name, "r")
  if not f then
    error(err, 0)
  end
  return f
end

local function read_all(name)
  local f = open(name)
  local s = f:read("*a")
  f:close()
  return s
end

local text = retry(3, read_all, "A/CHDK/SCRIPTS/list.txt")
print(text and #text or "none")
print(mode())
local st = stat("A/DCIM")
if st then
  print(st.size)
end
local n = try(tonumber, "12") or 1
for i = 1, n do
  local ok, err = pcall(set_tv96_direct, i * 32)
  if ok then
    shoot()
  else
    print(err)
  end
  if not try(set_prop, 1, i) then
    sleep(5)
  end
end
local function with_display_off(f, ...)
  set_lcd_display(0)
  local r = f(...)
  set_lcd_display(1)
  return r
end
with_display_off(shoot)
with_display_off(function() sleep(1000) shoot() end)
