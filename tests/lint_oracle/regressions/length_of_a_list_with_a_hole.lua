-- fires (ptp): the length of a list that begins with nil counts its last value
local function f10()
  while get_flash_ready() do sleep(1) end
end
local function pack11(...) local t = { ... } return t[#t] end
return pcall(pack11(g3, f10), 1)
