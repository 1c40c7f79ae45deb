-- send_each(f, s, control): sends the host all that an iterator gives, as `for ... in f, s, control` would get it.
--
-- Messages are strings: a mark, and then for each turn how many values there are and each value's text with its length
-- in front, "2;1:7,5:\"abc\",". One goes off when it is long enough, so what is in memory is one message, and waits for
-- room in the queue. The last has a mark of its own: what is returned finds no room in a full queue and is lost.
do
  local serialize, select, concat, type, error, send = serialize, select, table.concat, type, error, write_usb_msg
  local collect = collectgarbage
  local SIZE, PATIENCE = 4096, 600000

  local function post(text)
    if not send(text, PATIENCE) then error("the host has not read for " .. PATIENCE / 1000 .. " seconds", 0) end
  end

  function send_each(f, s, control)
    if type(f) ~= "function" and type(f) ~= "table" and type(f) ~= "userdata" then
      error("nothing to go through, but a " .. type(f) .. ": return what stands behind 'in', as in: return pairs(t)", 0)
    end
    local pieces, n, size = { "\27moonshutter:each:" }, 1, 0

    local function take(first, ...)
      if first == nil then return false end
      control = first
      local count = select("#", ...)
      n = n + 1
      pieces[n] = count + 1 .. ";"
      for i = 0, count do
        local value = first
        if i > 0 then value = select(i, ...) end
        local text = serialize(value)
        pieces[n + 1], pieces[n + 2], pieces[n + 3] = #text .. ":", text, ","
        n = n + 3
        size = size + #text + 4
      end
      return true
    end

    while take(f(s, control)) do
      if size >= SIZE then
        post(concat(pieces, "", 1, n))
        -- what was sent must not stay in memory
        for i = 2, n do pieces[i] = nil end
        n, size = 1, 0
        collect("step", 20)
      end
    end
    if n > 1 then post(concat(pieces, "", 1, n)) end
    post("\27moonshutter:done")
  end
end
