-- fires: error
local camera = {}
function camera:take()
  sleep(10)
end
pcall(camera.take, camera)
