-- fires: error
for _, name in ipairs({ "sleep", "shoot" }) do
  local original = _G[name]
  _G[name] = function(...) return original(...) end
end
pcall(shoot)
