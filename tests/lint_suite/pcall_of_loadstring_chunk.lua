-- fires: error
pcall(loadstring("sleep(10)"))
