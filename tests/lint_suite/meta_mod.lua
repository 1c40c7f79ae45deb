-- fires: warning
local o = setmetatable({}, {
  __mod = function(a, b)
    sleep(1)
    return 1
  end,
})
local r = o % 2
