-- fires: warning (library)
local lib = {}
function lib.wait() sleep(10) end
function lib.try() return pcall(lib.wait) end
return lib
