-- fires: error
for i in sleep, 1 do break end
