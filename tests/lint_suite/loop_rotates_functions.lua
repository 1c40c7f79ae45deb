-- fires: warning
local a, b, c, d = print, print, print, sleep
for i = 1, get_zoom_steps() + 6 do
  pcall(a, 1)
  a, b, c, d = b, c, d, a
end
