-- start: library
local m = {}
local kept = 0
<!count!> = 0
function <!helper!>() return 1 end
function m.add(n)
  for i = 1, n do
    <!sum!> = (sum or 0) + i
    kept = kept + i
  end
  sum = sum + 1
end
_G.meant = 1
function restore() end
print = function() end
return m
