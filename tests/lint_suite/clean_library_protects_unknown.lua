-- clean (library)
local lib = {}
function lib.try(f, ...)
  return pcall(f, ...)
end
return lib
