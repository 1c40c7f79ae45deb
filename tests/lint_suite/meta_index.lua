-- fires: warning
local lazy = setmetatable({}, {
  __index = function(t, k)
    sleep(1)
    return k
  end,
})
print(lazy.name)
