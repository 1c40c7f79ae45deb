-- fires: error
loadstring("function wait() sleep(10) end")()
pcall(wait)
