-- fires: error
pcall(textbox, "title", "prompt", "text", 30)
