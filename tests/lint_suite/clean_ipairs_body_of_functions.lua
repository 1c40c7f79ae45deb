-- clean
for _, f in ipairs({ shoot, wait_click }) do
  f()
end
