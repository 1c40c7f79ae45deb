-- fires: error
pcall(getfenv().sleep, 10)
