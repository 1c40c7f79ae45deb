-- fires: error
pcall(rawget(_G, "sleep"), 10)
