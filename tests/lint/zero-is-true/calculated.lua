local list = {}
for i = 1, 10 do
  if <!i % 2!> then print("odd") end
  local name = (<!i - 1!>) and "more" or "first"
  while <!#list!> do
    table.insert(list, name)
    break
  end
  if not (<!i * 2 - 4!>) then print("two") end
end
local n = #list or 5
local rest = list[1] and #list - 1 or 0
if i % 2 == 1 or #list > 0 then print(n, rest) end
