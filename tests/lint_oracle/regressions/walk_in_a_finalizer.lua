-- fires (menu): a finalizer has a loop with boundaries inside
local t1 = {}
function t1.go(a, b)
  for name in ('cls shoot'):gmatch('%a[%w_]*') do
    pcall(_G[name])
  end
end
local p = newproxy(true)
getmetatable(p).__gc = function() t1['g' .. 'o'](1) end
