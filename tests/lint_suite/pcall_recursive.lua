-- fires: error
local function countdown(n)
  if n > 0 then return countdown(n - 1) end
  sleep(10)
end
pcall(countdown, 3)
