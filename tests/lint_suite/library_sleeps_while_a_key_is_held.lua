-- fires: warning (library)
local lib = {}
function lib.wait() sleep(10) end
if is_key("set") then
  lib.wait()
end
return lib
