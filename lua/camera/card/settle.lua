-- Gives a file that was sent its name and its time, if it is whole. `part`, `path`, `size`, `mtime` (or nil) and `replace`
-- stand in front. Returns a word for what came of it, the size that was found, and the room on the card.
local function settle()
  local s = os.stat(part)
  if not s then return "gone", 0 end
  if s.size ~= size then
    os.remove(part)
    return "size", s.size
  end
  local there = os.stat(path)
  if there then
    if there.is_dir or not replace then
      os.remove(part)
      return "exists", s.size
    end
    -- renaming onto a file that is there fails on FAT
    if not os.remove(path) then
      os.remove(part)
      return "locked", s.size
    end
  end
  if not os.rename(part, path) then return "name", s.size end
  if mtime then os.utime(path, mtime, mtime) end
  return "done", s.size
end
local word, found = settle()
return word, found, get_free_disk_space()
