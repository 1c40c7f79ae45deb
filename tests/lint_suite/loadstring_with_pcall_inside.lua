-- fires: error
loadstring("pcall(sleep, 10)")()
