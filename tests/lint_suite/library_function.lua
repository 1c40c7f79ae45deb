-- fires: warning (library)
local lib = {}
function lib.save()
  local ok, why = pcall(function()
    sleep(10)
  end)
  return ok
end
return lib
