-- fires: error
assert(pcall)(sleep, 10)
