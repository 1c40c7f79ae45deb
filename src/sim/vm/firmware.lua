-- What the simulated firmware has in Lua. Runs once in every new state.

-- Turns a table into message text when the script has not put something better in its place: a line for each entry,
-- its key and values parted by tabs. Lossy, as on the camera (CHDK modules/luascript.c:3142-3162): no escapes, one level of tables.
local pairs, tostring, type, maxn, concat = pairs, tostring, type, table.maxn, table.concat

local function text(v)
  local kind = type(v)
  if kind == "string" then return v end
  if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(v) end
  return ""
end

function usb_msg_table_to_string(t)
  local lines = {}
  for key, value in pairs(t) do
    local fields = { text(key) }
    if type(value) == "table" then
      for i = 1, maxn(value) do fields[i + 1] = text(value[i]) end
    else
      fields[2] = text(value)
    end
    if fields[1] ~= "" and #fields > 1 then
      lines[#lines + 1] = concat(fields, "\t") .. "\n"
    end
  end
  return concat(lines)
end

-- An iterator over the names of a folder; with false in place of the last name it closes. A folder that is not there
-- has no names. On the camera it reads the folder as it goes; here it asks for some hundred names at a time.
os = {}
function os.idir(path, showall, ...)
  local listdir, from = os.listdir, 0
  local names, at = listdir(path, showall, "\27page", from), 0
  return function(_, last)
    if last == false then names = nil end
    if names and not names[at + 1] and at == 250 then
      from, at = from + at, 0
      names = listdir(path, showall, "\27page", from)
    end
    at = at + 1
    return names and names[at]
  end, newproxy()
end
