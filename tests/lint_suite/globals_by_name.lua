-- fires: error
for _, name in ipairs({ "get_prop", "sleep" }) do
  pcall(_G[name], 1)
end
