-- fires: error
pcall(file_browser, "A/DCIM")
