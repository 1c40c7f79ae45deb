-- Removes files and folders, in this order. `paths`, and `folders` with true for those of them that are folders, stand in
-- front. Returns, for those that are still there, why; for those that were not there before, false.
local stat, idir, listdir, remove = os.stat, os.idir, os.listdir, os.remove

local function full(path)
  if not idir then return #(listdir(path) or {}) > 0 end
  local give, data, last = idir(path)
  local name = give(data, last)
  if name then give(data, false) end
  return name ~= nil
end

local kept = {}
for i = 1, #paths do
  local path = paths[i]
  -- Whether a firmware would stop at what is in a folder is not known for all of them.
  local done, problem = not (folders[i] and full(path)) and remove(path)
  if not done then
    local s = stat(path)
    -- DryOS says "error" whatever it is
    kept[i] = s and { problem = problem or "error", attrib = s.attrib, is_dir = s.is_dir, full = s.is_dir and full(path) }
      or false
  end
end
return kept
