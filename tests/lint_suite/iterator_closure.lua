-- fires: error
local function shots(n)
  local i = 0
  return function()
    i = i + 1
    if i <= n then
      shoot()
      return i
    end
  end
end
for i in shots(3) do print(i) end
