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
local names = os.listdir(path)
if not names then return false end
local join = string.sub(path, -1) == "/" and path or path .. "/"
local batch = {}
for i = 1, #names do
  batch[#batch + 1] = { names[i], about(join .. names[i]) }
  if #batch == 40 or i == #names then
    -- waits while the host is slow to read: the queue holds 15
    if not write_usb_msg(batch, 30000) then return end
    batch = {}
  end
end
-- not returned: what is returned finds no room in a full queue and is lost
write_usb_msg(true, 30000)
