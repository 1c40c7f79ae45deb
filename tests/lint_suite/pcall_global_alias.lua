-- fires: error
try = pcall
try(sleep, 10)
