-- fires: warning
local o = setmetatable({}, {
  __mul = function(a, b)
    sleep(1)
    return 1
  end,
})
local r = 2 * o
