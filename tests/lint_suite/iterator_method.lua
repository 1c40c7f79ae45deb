-- fires: error
local queue = { items = { 1, 2 } }
function queue:each()
  local i = 0
  return function()
    i = i + 1
    sleep(10)
    return self.items[i]
  end
end
for item in queue:each() do print(item) end
