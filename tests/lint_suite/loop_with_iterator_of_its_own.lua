-- fires: warning
local it = string.gmatch("a b c sleep", "%a+")
while true do
  local w = it()
  if not w or is_key("left") then break end
  pcall(_G[w] or print, 1)
end
