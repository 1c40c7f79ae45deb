-- clean (library)
local lib = {}
function lib.wait() sleep(10) end
function lib.read() return pcall(get_prop, 1) end
function lib.take() lib.wait() shoot() end
return lib
