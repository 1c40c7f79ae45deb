shots = 5
for i = 1, shots do shoot() end
return shots
