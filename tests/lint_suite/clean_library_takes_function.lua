-- clean (library)
local lib = {}
function lib.twice(f)
  if type(f) == "function" then
    f()
    f()
  end
  sleep(1)
end
return lib
