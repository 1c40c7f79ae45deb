-- rlib_wait_file(name, {wait_size_stable=true, timeout=2000, timeout_error=true, sleep=30}): waits until a file is there
-- and, unless wait_size_stable is false, does not grow any more. Returns what os.stat says of it.
do
  local stat = os.stat
  function rlib_wait_file(name, options)
    options = options or {}
    local start, patience, pause = get_tick_count(), options.timeout or 2000, options.sleep or 30
    local size
    while true do
      local now = stat(name)
      if now and (options.wait_size_stable == false or now.size == size) then return now end
      size = now and now.size
      if get_tick_count() - start >= patience then
        if options.timeout_error == false then return false end
        error("timeout waiting for " .. name, 2)
      end
      sleep(pause)
    end
  end
end
