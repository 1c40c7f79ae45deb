-- fires: error
for shot = 1, 3 do
  pcall(shoot)
end
