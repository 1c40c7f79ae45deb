-- fires: warning
local o = setmetatable({}, {
  __sub = function(a, b)
    sleep(1)
    return 1
  end,
})
local r = o - 1
