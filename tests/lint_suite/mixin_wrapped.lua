-- fires: error
local API = { nap = sleep }
for k, f in pairs(API) do API[k] = function(...) return f(...) end end
pcall(API.nap, 1)
