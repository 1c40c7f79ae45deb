-- Tables that outlive their script, in A/CHDK/DATA. A line is key=value; [name] begins a table within.
-- Numbers and true and false come back as what they are. Everything else is a string, in quotes where it would not come
-- back as one.
local iniLib = {}

-- Which file a table came from.
local path_of = setmetatable({}, { __mode = "k" })

local function value_of(text)
  if text == "true" then return true end
  if text == "false" then return false end
  if text:find("^%-?%d+$") then return tonumber(text) end
  return text:match('^"(.*)"$') or text
end

local function text_of(value)
  local text = tostring(value)
  if type(value) ~= "string" then return text end
  if value_of(text) ~= text then return '"' .. text .. '"' end
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
    local title = line:match("^%[(.*)%]$")
    local key, value = line:match("^([^=]+)=(.*)$")
    if title then
      title = value_of(title)
      if type(ini[title]) ~= "table" then ini[title] = {} end
      section = ini[title]
    elseif key then
      section[value_of(key)] = value_of(value)
    end
  end
  return ini, false
end

local plain = { string = true, number = true, boolean = true }

-- Adds a line for each value; false if one cannot be written on a line.
local function lines_of(t, lines, within)
  for key, value in pairs(t) do
    local of_table = not within and type(value) == "table"
    if not (plain[type(key)] and (plain[type(value)] or of_table)) then return false end
    if (tostring(key) .. (of_table and "" or tostring(value))):find("[\r\n%z]") then return false end
    if not of_table then
      local name = text_of(key)
      if name == "" or name:find("=", 1, true) or name:find("^%[") then return false end
      lines[#lines + 1] = name .. "=" .. text_of(value)
    end
  end
  return true
end

-- Writes a table back to where read found it. False if that is nowhere, or if something in it cannot be written: what is
-- neither string, number nor boolean, tables in tables, line breaks, keys with = or [. The file is as it was then.
function iniLib.write(ini)
  local path = path_of[ini]
  local lines = {}
  if not path or not lines_of(ini, lines) then return false end
  for key, value in pairs(ini) do
    if type(value) == "table" then
      lines[#lines + 1] = "[" .. text_of(key) .. "]"
      if not lines_of(value, lines, true) then return false end
    end
  end
  os.mkdir("A/CHDK/DATA")
  local file = io.open(path, "wb")
  if not file then return false end
  lines[#lines + 1] = ""
  local done = file:write(table.concat(lines, "\n"))
  file:close()
  return done and true or false
end

return iniLib
