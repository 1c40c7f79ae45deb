-- msg_batcher{batchsize=50, batchgc="step", timeout=100000, batchpause=ms}: gathers values and sends them as tables of
-- up to `batchsize`. `write(value)` and `flush()`, which sends what is left, return true, or false and a reason. Values
-- that could not be sent are kept for the next attempt.
do
  local error, type, send, collect = error, type, write_usb_msg, collectgarbage
  function msg_batcher(options)
    options = options or {}
    local size, patience, gc = options.batchsize or 50, options.timeout or 100000, options.batchgc
    if gc == nil then gc = "step" end
    local batcher = { data = {}, n = 0 }
    function batcher:flush()
      if self.n == 0 then return true end
      if not send(self.data, patience) then return false, "the host has not read for " .. patience .. " ms" end
      self.data, self.n = {}, 0
      if gc then collect(gc) end
      if options.batchpause then sleep(options.batchpause) end
      return true
    end
    function batcher:write(value)
      if value == nil then error("msg_batcher: nil is no value to send", 2) end
      self.n = self.n + 1
      self.data[self.n] = value
      if self.n < size then return true end
      return self:flush()
    end
    return batcher
  end
end
