-- fires: error
pcall(wait_click, 100)
