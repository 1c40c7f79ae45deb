-- rlib_wait_timeout(f, {timeout=1000, timeout_error=true, sleep=10, msg=text}): waits until f() is true, looking every
-- `sleep` ms, and returns what it was. After `timeout` ms it fails with `msg`, or returns false if timeout_error is false.
function rlib_wait_timeout(f, options)
  options = options or {}
  local start, patience, pause = get_tick_count(), options.timeout or 1000, options.sleep or 10
  while true do
    local result = f()
    if result then return result end
    -- the difference is right also when the count has wrapped
    if get_tick_count() - start >= patience then
      if options.timeout_error == false then return false end
      error(options.msg or "timeout", 2)
    end
    sleep(pause)
  end
end
