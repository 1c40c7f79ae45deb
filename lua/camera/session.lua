-- A session: evaluates what the host sends, in one Lua state that stays, until it is sent nothing but "q".
--
-- In front of a chunk stands "p" or "d". After "p" an error is caught and the session lives; but nothing can wait inside
-- pcall. After "d" the chunk is called from here, where it can wait; an error then ends the session and the script. The host
-- knows which chunks wait. Each answer is a header, the mark with "=" and the number of values, and then the values; or
-- the mark with "!" and the error. `mark` stands in front of this file.
do
  local read, send, load, wait, select, pcall, tostring, type =
    read_usb_msg, write_usb_msg, loadstring, sleep, select, pcall, tostring, type

  -- What cannot be sent is an error of the value's and not of the session's. Inside pcall nothing waits for room.
  local function put(value)
    while true do
      local ok, sent = pcall(send, value)
      if not ok then value = mark .. "?" .. type(value) .. ", " .. tostring(sent) end
      if ok and sent then return end
      if ok then wait(10) end
    end
  end

  local function answer(ok, ...)
    if not ok then return put(mark .. "!" .. tostring((...))) end
    local count = select("#", ...)
    put(mark .. "=" .. count)
    for i = 1, count do put((select(i, ...))) end
  end

  put(mark .. "+")
  while true do
    local text = read(-1)
    local how, chunk, why = text:sub(1, 1)
    if how == "q" then break end
    chunk, why = load(text:sub(2))
    text = nil
    if not chunk then
      answer(false, why)
    elseif how == "p" then
      answer(pcall(chunk))
    else
      answer(true, chunk())
    end
  end
end
