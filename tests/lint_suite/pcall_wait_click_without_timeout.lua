-- fires: warning
pcall(wait_click)
