-- fires: warning
local function clicks()
  wait_click(100)
  return nil
end
for key in clicks do print(key) end
