-- fires: error
local function protect(f)
  return function(...) return pcall(f, ...) end
end
local safe_sleep = protect(sleep)
safe_sleep(10)
