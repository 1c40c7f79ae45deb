-- fires: error
local function act(what)
  if what == "shoot" then shoot() else cls() end
end
pcall(act, "shoot")
