-- clean
pcall = function(f, ...) return true, f(...) end
pcall(sleep, 10)
