-- fires: error (library)
local lib = {}
sleep(100)
return lib
