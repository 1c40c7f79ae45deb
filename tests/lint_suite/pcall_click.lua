-- fires: error
pcall(click, "set")
