-- start: ptp
-- What a host sends: no header, messages back and forth.
local function report(status)
  return write_usb_msg({ status = status, tick = get_tick_count() }, 1000)
end

local jobs = {
  shoot = function(args)
    if args.tv then set_tv96_direct(args.tv) end
    return shoot()
  end,
  zoom = function(args) set_zoom(args.step or 0) return get_zoom() end,
}

if not get_mode() then
  switch_mode_usb(1)
  local limit = get_tick_count() + 3000
  while not get_mode() and get_tick_count() < limit do sleep(10) end
end

repeat
  local msg = read_usb_msg(100)
  if msg and msg ~= "quit" then
    local name, rest = msg:match("^(%w+)%s*(.*)$")
    local f = jobs[name]
    if f then
      local args = {}
      for k, v in rest:gmatch("(%w+)=(%-?%d+)") do args[k] = tonumber(v) end
      report(f(args))
    else
      report("unknown " .. tostring(name))
    end
  end
until msg == "quit"
