local function show()
  return <!total!> + 1
end
local total = 3
local again = function(n)
  if n > 0 then return <!again!>(n - 1) end
end
local function twice(n)
  if n > 0 then return twice(n - 1) end
end
print(show(), again(1), twice(1), total)
