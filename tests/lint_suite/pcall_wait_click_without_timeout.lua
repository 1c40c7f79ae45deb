-- fires: error
pcall(wait_click)
