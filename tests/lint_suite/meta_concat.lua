-- fires: warning
local o = setmetatable({}, {
  __concat = function(a, b)
    sleep(1)
    return 1
  end,
})
local r = o .. "x"
