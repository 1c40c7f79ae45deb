-- start: ptp
-- Text work, as parsers of settings do it.
local function trim(s)
  return (s:gsub("^%s+", ""):gsub("%s+$", ""))
end

local function split(s, sep)
  local out = {}
  for part in (s .. sep):gmatch("(.-)" .. sep) do
    out[#out + 1] = trim(part)
  end
  return out
end

local function parse(text)
  local settings = {}
  for line in text:gmatch("[^\r\n]+") do
    local key, value = line:match("^(%w+)%s*=%s*(.*)$")
    if key then
      local number = tonumber(value)
      if value == "true" or value == "false" then
        settings[key] = value == "true"
      elseif number then
        settings[key] = number
      else
        settings[key] = split(value, ",")
      end
    end
  end
  return settings
end

local function hex(s)
  return (s:gsub(".", function(c) return string.format("%02x", c:byte()) end))
end

local s = parse("a = 1\nb = x, y\nc = true")
local sum = 0
for i, part in ipairs(s.b) do sum = sum + #part * i end
if s.c and s.a == 1 then sum = sum + 1 end
local ok, err = pcall(function() return s.missing.field end)
return { sum = sum, hex = hex("ab"), ok = ok, err = err, up = ("x"):upper(), n = select("#", unpack(s.b)) }
