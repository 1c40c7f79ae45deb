-- clean (ptp): tostring() without a value raises, so that the wait is not reached
local function nothing() end
local function go()
  local x = #tostring(nothing()) > 0
  return sleep(1)
end
xpcall(function() go() end, print)
