-- clean
local wait
pcall(function()
  wait = function() sleep(10) end
end)
wait()
