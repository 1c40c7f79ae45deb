-- fires: warning
local o = setmetatable({}, {
  __unm = function(a, b)
    sleep(1)
    return 1
  end,
})
local r = -o
