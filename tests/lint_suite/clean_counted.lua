-- clean
local n = 0
for i = 1, get_zoom_steps() + 4 do
  n = n + 1
  pcall(function() if n > 100000 then error("x") end end)
  sleep(10)
end
