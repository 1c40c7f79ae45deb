-- fires: error
pcall(_G["sl" .. "eep"], 10)
