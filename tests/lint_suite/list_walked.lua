-- fires: error
for _, f in ipairs({ cls, shoot }) do
  pcall(f)
end
