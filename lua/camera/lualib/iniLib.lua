-- Tables that outlive their script, in A/CHDK/DATA. A line is key=value; [name] begins a table within.
-- Whole numbers and true and false come back as what they are, everything else as a string.
local iniLib = {}

-- Which file a table came from.
local path_of = setmetatable({}, { __mode = "k" })

local function value_of(text)
  if text == "true" then return true end
  if text == "false" then return false end
  if text:match("^%-?%d+$") then return tonumber(text) end
  return text
end

-- The table of this name, and whether it is a new one.
function iniLib.read(name)
  local path = "A/CHDK/DATA/" .. name .. ".ini"
  local ini = {}
  path_of[ini] = path
  local file = io.open(path, "rb")
  if not file then return ini, true end
  local text = file:read("*a") or ""
  file:close()
  local section = ini
  for line in text:gmatch("[^\r\n]+") do
    local name = line:match("^%[(.*)%]$")
    local key, value = line:match("^([^=]+)=(.*)$")
    if name then
      ini[name] = ini[name] or {}
      section = ini[name]
    elseif key then
      section[value_of(key)] = value_of(value)
    end
  end
  return ini, false
end

local function lines_of(t, lines)
  for key, value in pairs(t) do
    if type(value) ~= "table" then lines[#lines + 1] = tostring(key) .. "=" .. tostring(value) end
  end
end

-- Writes a table back to where read found it; false if that is nowhere.
function iniLib.write(ini)
  local path = path_of[ini]
  if not path then return false end
  local lines = {}
  lines_of(ini, lines)
  for key, value in pairs(ini) do
    if type(value) == "table" then
      lines[#lines + 1] = "[" .. tostring(key) .. "]"
      lines_of(value, lines)
    end
  end
  os.mkdir("A/CHDK/DATA")
  local file = io.open(path, "wb")
  if not file then return false end
  file:write(table.concat(lines, "\n"), "\n")
  file:close()
  return true
end

return iniLib
