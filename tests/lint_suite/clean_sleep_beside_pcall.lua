-- clean
local function read()
  return get_prop(1)
end
for i = 1, 3 do
  local ok, value = pcall(read)
  if not ok then sleep(100) end
  sleep(10)
end
