-- Adds wait_ready to the shooting hooks: it waits until the camera stands in the hook.
-- Options: timeout in ms (10000); timeout_error, to raise rather than return false (true); raw_adj_tv, to wait for the
-- exposure as well; raw_adj_dfs, to wait for a dark frame of the same length unless dark frames are off.
local function wait_ready_of(hook, name)
  return function(opts)
    opts = opts or {}
    local timeout = opts.timeout or 10000
    if opts.raw_adj_tv then
      local exposure = tv96_to_usec(get_tv96()) / 1000
      timeout = timeout + exposure
      if opts.raw_adj_dfs and get_raw_nr() ~= 1 then timeout = timeout + exposure end
    end
    local last = get_tick_count() + timeout
    while not hook.is_ready() do
      if get_tick_count() > last then
        if opts.timeout_error == false then return false end
        error(name .. ": not ready in time", 2)
      end
      sleep(10)
    end
    return true
  end
end

for _, name in ipairs({ "hook_preshoot", "hook_shoot", "hook_raw" }) do
  _G[name].wait_ready = wait_ready_of(_G[name], name)
end
