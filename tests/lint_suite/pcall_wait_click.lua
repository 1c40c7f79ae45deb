-- fires: warning
pcall(wait_click, 100)
