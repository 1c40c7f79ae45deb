--[[
@title Settings keeper
@chdk_version 1.4.1
#ui_action=0 "Action" {save load show}
#ui_slot=1 "Slot" [1 9]
--]]

--[[
Keeps a few settings in a file of Lua code.

Functions are documented like this:
  keep(name) remembers a setting
--]]

local path = string.format("A/CHDK/DATA/keep%d.lua", ui_slot)
local names = { "av96", "tv96", "sv96" }
local getters = { av96 = get_user_av96, tv96 = get_user_tv96, sv96 = get_sv96 }

local function serialize(t)
  local lines = {}
  for k, v in pairs(t) do
    lines[#lines + 1] = string.format("  %s = %d,", k, v)
  end
  table.sort(lines)
  return "return {\n" .. table.concat(lines, "\n") .. "\n}\n"
end

local function save()
  local values = {}
  for _, name in ipairs(names) do
    values[name] = getters[name]()
  end
  local f, err = io.open(path, "wb")
  if not f then
    print("no file:", err)
    return
  end
  f:write(serialize(values))
  f:close()
end

local function read()
  if not os.stat(path) then return nil, "nothing saved" end
  local f, err = loadfile(path)
  if not f then return nil, err end
  return f()
end

if ui_action == 0 then
  save()
else
  local values, err = read()
  if not values then
    print(err)
  elseif ui_action == 1 then
    set_user_av96(values.av96)
    set_user_tv96(values.tv96)
  else
    for k, v in pairs(values) do print(k, v) end
  end
end
