-- Writes tables as Lua constructors, for usb_msg_table_to_string.
--
-- Runs inside pcall with no way to yield (CHDK modules/luascript.c:131), so it does not wait. What it cannot write is an
-- error that names the path; no error has a percent sign in it, since the camera prints it as a format.
do
  local type, next, rawget, format, concat = type, next, rawget, string.format, table.concat
  local find, gsub, tostring, error = string.find, string.gsub, tostring, error
  local deepest = 60
  local reserved = {}
  local words = "and break do else elseif end false for function if in local nil not or repeat return then true until while"
  for word in string.gmatch(words, "%a+") do reserved[word] = true end

  local function scalar(value)
    local kind = type(value)
    if kind == "string" then return format("%q", value) end
    if kind == "number" then
      -- the smallest integer is no literal: its digits are read before its sign, and saturate
      if value == -2147483647 - 1 then return "(-2147483647-1)" end
      return format("%d", value)
    end
    if kind == "boolean" then return tostring(value) end
  end

  local function fail(trail, depth, problem)
    local path = "the table"
    for i = 1, depth - 1 do
      if i > 8 then path = path .. "..." break end
      local key = trail[i]
      path = path .. (type(key) == "string" and "." .. key or "[" .. (scalar(key) or type(key)) .. "]")
    end
    error("cannot send " .. gsub(path, "%%", "?") .. ": " .. problem, 0)
  end

  local write
  write = function(out, value, trail, depth, open)
    if type(value) ~= "table" then
      out[#out + 1] = scalar(value) or fail(trail, depth, "a " .. type(value) .. " has no place in a message")
      return
    end
    if open[value] then fail(trail, depth, "a table inside itself cannot be sent") end
    if depth > deepest then fail(trail, depth, "more than " .. deepest .. " tables inside one another cannot be sent") end
    open[value] = true
    out[#out + 1] = "{"
    local separator = false
    local count = 0
    while rawget(value, count + 1) ~= nil do
      count = count + 1
      if separator then out[#out + 1] = "," end
      separator = true
      trail[depth] = count
      write(out, rawget(value, count), trail, depth + 1, open)
    end
    for key, item in next, value do
      if type(key) ~= "number" or key < 1 or key > count then
        if separator then out[#out + 1] = "," end
        separator = true
        trail[depth] = key
        if type(key) == "string" and find(key, "^[%a_][%w_]*$") and not reserved[key] then
          out[#out + 1] = key .. "="
        else
          out[#out + 1] = "["
          write(out, key, trail, depth + 1, open)
          out[#out + 1] = "]="
        end
        write(out, item, trail, depth + 1, open)
      end
    end
    out[#out + 1] = "}"
    open[value] = nil
  end

  usb_msg_table_to_string = function(value)
    local out = {}
    write(out, value, {}, 1, {})
    return concat(out)
  end
end
