-- clean (library)
local TRY = false
local lib = { delay = 10 }
function lib.wait() sleep(lib.delay) end
local function twice(n) return 2 * n end
lib.delay = twice(lib.delay)
if TRY then
  lib.wait()
end
return lib
