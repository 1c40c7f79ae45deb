-- fires (ptp): what follows a loop that calls a yielding function in a table constructor
local t2 = { go = f1, stay = wait_click }
local f3 = unpack({ t2['st' .. 'ay'], t2['st' .. 'ay'] }, 2)
local n6 = 0
while n6 < 2 do
  n6 = n6 + 1
  local f7 = function(...)
    f3(1)
  end
  local x = { f7(0) }
end
local ok, why = pcall(t2['st' .. 'ay'], 1)
