-- fires: warning
local n = 0
for i = 1, get_zoom_steps() + 5 do
  n = n + 1
  if n == 4 then pcall(sleep, 1) end
end
