-- fires: error
local function take(opts)
  if opts.wait then sleep(opts.wait) end
  cls()
end
pcall(take, { wait = 100 })
