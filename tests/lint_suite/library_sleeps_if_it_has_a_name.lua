-- fires: error (library)
local name = ...
if name then
  sleep(10)
end
return { name = name }
