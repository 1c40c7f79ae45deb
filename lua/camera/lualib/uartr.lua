-- What the firmware says on its serial line, into a file. Needs native calls, DryOS, and a firmware that can.
local uartr = {}

local function call(name, ...)
  if get_buildinfo().os ~= "dryos" then error("uartr needs DryOS", 3) end
  if call_event_proc(name, ...) == -1 then error("uartr: this firmware has no " .. name, 3) end
end

-- Starts; replace empties the file first.
function uartr.start(file, replace, bufsize)
  file = file or "A/UARTR.LOG"
  if replace then os.remove(file) end
  call("UartRedirect.Start", file, bufsize or 0)
  sleep(10)
end

function uartr.stop()
  call("UartRedirect.Stop")
end

return uartr
