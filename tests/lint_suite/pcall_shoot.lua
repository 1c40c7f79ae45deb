-- fires: error
pcall(shoot)
