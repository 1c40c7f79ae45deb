-- Tells what a folder holds, or what is known of one name. `path` and `stat_only` stand in front.
local function about(name)
  local s = os.stat(name)
  if s then return s.size, s.mtime, s.attrib, s.is_dir end
end
if stat_only then
  local size, mtime, attrib, is_dir = about(path)
  if size == nil then return false end
  return true, size, mtime, attrib, is_dir
end
-- os.idir, where there is one (CHDK 1.3), holds one name at a time
local there, give, data, first = os.stat(path)
if os.idir and there and there.is_dir then
  give, data, first = os.idir(path)
else
  local names, at = os.listdir(path), 0
  if not names then return false end
  give = function() at = at + 1 return names[at] end
end
local folder = string.sub(path, -1) == "/" and path or path .. "/"
send_each(function(data, last)
  local name = give(data, last)
  if name then return name, about(folder .. name) end
end, data, first)
