-- Writes values as Lua expressions: serialize(value), which serialize_msgs.lua makes usb_msg_table_to_string.
--
-- Runs inside pcall with no way to yield (CHDK modules/luascript.c:131), so it does not wait. It asks no metatable and
-- uses no global that a script may have replaced. No error has a percent sign in it, since the camera prints it as a
-- format (luascript.c:139).
--
-- A tree, in which no table is met twice, is a table constructor. What is met twice makes a graph: a function call that
-- first builds the tables, each from earlier ones, and then ties what goes round in circles:
--   (function()local t={}t[1]={};t[2]={t[1],t[1]};t[2].self=t[2];return t[2]end)()
--
-- Pieces gather in a list that is joined whenever it is long, so that neither the list nor a half-written text grows
-- with the message. Numbers are pieces as they are: table.concat writes them.
do
  local type, next, rawget, error, format, concat = type, next, rawget, error, string.format, table.concat
  local find, gsub, sub, collect = string.find, string.gsub, string.sub, collectgarbage

  -- How many tables may stand in one another: the camera's own parser allows 200 C calls, some of which are taken.
  local DEEPEST = 190
  -- How many pieces are joined at a time: what fits into the buffer of table.concat, 512 bytes, most of the time.
  local PIECES = 64

  -- The smallest integer is no literal: its digits are read before its sign, and saturate.
  local smallest, smallest_text = -2147483647 - 1, "-2147483647-1"

  -- What stands before the value of a key: reserved words, and keys that were met lately.
  local keys, room = {}, 40
  local words = "and break do else elseif end false for function goto if in local nil not or repeat return then true until while"
  for word in string.gmatch(words, "%a+") do keys[word] = '["' .. word .. '"]=' end

  local function key_text(key)
    local text = find(key, "^[A-Za-z_][A-Za-z0-9_]*$") and key .. "=" or "[" .. format("%q", key) .. "]="
    if room > 0 and #key < 40 then
      keys[key] = text
      room = room - 1
    end
    return text
  end

  -- The text of anything but a table; nothing for what cannot be sent.
  local function scalar(value)
    local kind = type(value)
    if kind == "number" then return value == smallest and smallest_text or format("%d", value) end
    if kind == "string" then return format("%q", value) end
    if kind == "boolean" then return value and "true" or "false" end
    if kind == "nil" then return "nil" end
  end

  -- The path of keys down to where it went wrong, without its middle if it is long.
  local function fail(trail, depth, problem)
    local path = "the table"
    for i = 1, depth do
      local key = trail[i]
      if i > 5 and i < depth - 2 then
        key = i == 6 and "..." or ""
      elseif type(key) ~= "string" then
        key = "[" .. (scalar(key) or "a " .. type(key)) .. "]"
        if type(trail[i]) == "table" then key = "[a table]" end
      elseif find(key, "^[A-Za-z_][A-Za-z0-9_]*$") and #key <= 24 then
        key = "." .. key
      else
        key = '["' .. gsub(sub(key, 1, 24), "[%c%%\"]", "?") .. (#key > 24 and "..." or "") .. '"]'
      end
      path = path .. key
    end
    error("cannot send " .. path .. ": " .. problem, 0)
  end

  local function no_place(trail, depth, kind)
    fail(trail, depth, "a " .. kind .. " has no place in a message")
  end

  -- Eight texts from `i` on in one, copied once: table.concat would copy what it has several times on the way.
  local function glue(out, i)
    local text = out[i] .. (out[i + 1] or "") .. (out[i + 2] or "") .. (out[i + 3] or "")
      .. (out[i + 4] or "") .. (out[i + 5] or "") .. (out[i + 6] or "") .. (out[i + 7] or "")
    for k = i + 1, i + 7 do out[k] = nil end
    return text
  end

  -- Lua 5.1 does not collect when memory runs out, it fails; and by itself it begins to collect only when twice as much is
  -- in use as after the last time. So a long text sees to it that a quarter more is not passed by much.
  local function sweep(out)
    if collect("count") > out.limit then
      collect("collect")
      local used = collect("count")
      out.limit = used + used / 4 + 16
    end
  end

  -- Joins the pieces up to `n` that are not joined yet; eight joined ones are joined in turn, and so on.
  local function join(out, n)
    local first = out.full - PIECES
    out[first] = concat(out, "", first, n)
    local joined = out.joined + 1
    out.joined = joined
    while joined % 8 == 0 do
      first = first - 7
      out[first] = glue(out, first)
      joined = joined / 8
    end
    sweep(out)
    out.full = first + 1 + PIECES
    return first
  end

  local function new_list()
    local used = collect("count")
    return { full = 1 + PIECES, joined = 0, limit = used + used / 4 + 16 }
  end

  local function whole(out, n)
    if out.joined == 0 then return concat(out, "", 1, n) end
    local last = n + PIECES
    n = join(out, n)
    for i = n + 1, last do out[i] = nil end
    while n > 1 do
      n = n > 8 and n - 7 or 1
      sweep(out)
      out[n] = glue(out, n)
    end
    return out[1]
  end

  -- Writes the constructor of a table behind `n` pieces of `out`, and returns how many there are then. In a tree `met` has
  -- the tables that were met; on meeting one again, or when it gets too deep, the tree is given up: nothing is returned. In
  -- a graph `met` has the numbers of the tables that are built already, and true for those that will be.
  local write
  write = function(out, n, value, trail, depth, met, graph)
    local mark, index = "{", 1
    for key, item in next, value do
      local kind, text = type(item), item
      if kind == "string" then
        text = format("%q", item)
      elseif kind == "number" then
        if item == smallest then text = smallest_text end
      elseif kind == "boolean" then
        text = item and "true" or "false"
      elseif kind ~= "table" then
        trail[depth] = key
        no_place(trail, depth, kind)
      end
      if graph and kind == "table" and met[item] then
        text = met[item] ~= true and "t[" .. met[item] .. "]"
        kind = "built"
      end
      local key_kind = type(key)
      if not text or graph and key_kind == "table" and met[key] == true then
        -- tied later
      else
        out[n + 1] = mark
        mark = ","
        if key == index then
          n = n + 1
          index = index + 1
        elseif key_kind == "string" then
          out[n + 2] = keys[key] or key_text(key)
          n = n + 2
        elseif key == index + 1 and key_kind == "number" and rawget(value, index) == nil then
          out[n + 2] = "nil,"
          n = n + 2
          index = index + 2
        else
          out[n + 2] = "["
          n = n + 2
          if key_kind ~= "table" then
            n = n + 1
            out[n] = scalar(key)
            trail[depth] = key
            if not out[n] then no_place(trail, depth, key_kind) end
          elseif graph and met[key] then
            n = n + 1
            out[n] = "t[" .. met[key] .. "]"
          else
            if not graph then
              if met[key] then return end
              met[key] = true
            end
            if depth >= DEEPEST then return end
            trail[depth] = key
            n = write(out, n, key, trail, depth + 1, met, graph)
            if not n then return end
          end
          n = n + 1
          out[n] = "]="
        end
        if kind ~= "table" then
          n = n + 1
          out[n] = text
        else
          if not graph then
            if met[item] then return end
            met[item] = true
          end
          if depth >= DEEPEST then return end
          trail[depth] = key
          n = write(out, n, item, trail, depth + 1, met, graph)
          if not n then return end
        end
        if n > out.full then n = join(out, n) end
      end
    end
    n = n + 1
    out[n] = mark == "{" and "{}" or "}"
    return n
  end

  -- Walks a graph without recursion. Returns its tables, each behind those that it holds, except where that goes round in
  -- circles; which of them are met twice or tied; and which hold something that has to be tied.
  local function survey(root)
    local order, count, met, tied = {}, 0, {}, {}
    local open = { [root] = true } -- false when a table's contents are known
    local nodes, trail, value_next, depth = { root }, {}, {}, 1
    while depth > 0 do
      local node, key = nodes[depth], trail[depth]
      local child, other, value
      if value_next[depth] then
        child, other = rawget(node, key), key
        value_next[depth] = false
      else
        key, value = next(node, key)
        trail[depth] = key
        child, other = value, key
        if type(key) == "table" then
          child, other = key, value
          value_next[depth] = true
        elseif not scalar(key) then
          no_place(trail, depth, type(key))
        end
      end
      if key == nil then
        open[node] = false
        count = count + 1
        order[count] = node
        nodes[depth] = nil
        depth = depth - 1
      elseif type(child) ~= "table" then
        if not scalar(child) then no_place(trail, depth, type(child)) end
      elseif open[child] == nil then
        open[child] = true
        depth = depth + 1
        nodes[depth], trail[depth], value_next[depth] = child, nil, false
      else
        met[child] = true
        if open[child] then
          tied[node], met[node] = true, true
          if type(other) == "table" then met[other] = true end
        end
      end
    end
    return order, count, met, tied
  end

  local function write_graph(out, root)
    local order, count, met, tied = survey(root)
    met[root] = true
    local number, n, trail = 0, 1, {}
    out[1] = "(function()local t={}"
    for i = 1, count do
      local node = order[i]
      if met[node] then
        number = number + 1
        out[n + 1], out[n + 2], out[n + 3] = "t[", number, "]="
        n = write(out, n + 3, node, trail, 1, met, true)
        if not n then
          error("cannot send the table: more than " .. DEEPEST .. " tables inside one another", 0)
        end
        met[node] = number
        n = n + 1
        out[n] = ";"
      end
    end
    local function reference(value)
      return met[value] and "t[" .. met[value] .. "]" or scalar(value)
    end
    for i = 1, count do
      local node = order[i]
      local own = tied[node] and met[node]
      if own then
        for key, value in next, node do
          if (met[key] or 0) >= own or (met[value] or 0) >= own then
            out[n + 1], out[n + 2], out[n + 3] = "t[" .. own .. "][" .. reference(key), "]=" .. reference(value), ";"
            n = n + 3
            if n > out.full then n = join(out, n) end
          end
        end
      end
    end
    out[n + 1] = "return t[" .. met[root] .. "]end)()"
    return n + 1
  end

  function serialize(value)
    if type(value) ~= "table" then
      return scalar(value) or error("cannot send a " .. type(value), 0)
    end
    local out = new_list()
    local n = write(out, 0, value, {}, 1, { [value] = true })
    if not n then
      out = new_list()
      n = write_graph(out, value)
    end
    return whole(out, n)
  end
end
