-- fires: error
local function try(f, ...)
  local ok, result = pcall(f, ...)
  if not ok then print(result) end
  return result
end
try(shoot)
