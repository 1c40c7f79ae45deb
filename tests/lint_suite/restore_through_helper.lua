-- fires: warning
local function lens(steps)
  press("zoom_in")
  release("zoom_in")
end
function restore()
  lens(3)
end
sleep(1000)
