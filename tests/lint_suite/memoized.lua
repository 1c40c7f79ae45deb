-- fires: error
local function memoize(f)
  local cache = {}
  return function(k)
    if cache[k] == nil then cache[k] = f(k) or false end
    return cache[k]
  end
end
local slow = memoize(function(k) sleep(10) return k end)
pcall(slow, 1)
