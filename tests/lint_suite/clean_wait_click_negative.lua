-- clean
pcall(wait_click, -2)
