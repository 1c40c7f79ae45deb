-- What is known of some paths, and how much room there is. `paths` stands in front.
local found = {}
for i = 1, #paths do
  local s = os.stat(paths[i])
  found[i] = s and { s.is_dir and 2 or 1, s.size, s.mtime } or { 0, 0, 0 }
end
return found, get_free_disk_space()
