--[[
@title Shutter tables
@chdk_version 1.4.1
#tv=9 "Shutter" {64s 32s 16s 8s 4s 2s 1s 1/2 1/4 1/8 1/15 1/30 1/60 1/125 1/250} table
#n=3 "Shots" [1 20]
]]
local names = {}
local values = {}
for i = -6, 8 do
  local name
  if i < 0 then
    name = 2 ^ -i .. "s"
  else
    name = "1/" .. 2 ^ i
  end
  names[#names + 1] = name
  values[name] = i * 96
end
table.sort(names, function(x, y) return values[x] < values[y] end)

local function tv96_text(v)
  local us = tv96_to_usec(v)
  if us >= 1000000 then
    return us / 1000000 .. "s"
  end
  if us == 0 then
    return "?"
  end
  return "1/" .. (1000000 + us / 2) / us
end

local exposures = setmetatable({}, {
  __index = function(t, k)
    local v = values[k] or usec_to_tv96(tonumber(k) or 1000)
    t[k] = v
    return v
  end,
})

local function expose(name)
  local v = exposures[name]
  set_tv96_direct(v)
  press("shoot_half")
  repeat sleep(10) until get_shooting() or is_key("menu")
  click("shoot_full")
  release("shoot_half")
  while get_shooting() do
    sleep(20)
  end
  local us = tv96_to_usec(v)
  if us > 1000000 then
    sleep(us / 1000)
  end
  return tv96_text(v)
end

for i = 1, n do
  print(tv.value .. " -> " .. expose(tv.value))
end
for _, name in ipairs(names) do
  if values[name] > 0 then
    print(name .. " " .. exposures[name])
  end
end
