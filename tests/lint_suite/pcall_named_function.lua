-- fires: error
local function take()
  press("shoot_half")
  sleep(500)
  release("shoot_half")
end
pcall(take)
