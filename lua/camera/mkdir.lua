-- Makes a folder; with `parents` also those that it is in. `path` and `parents` stand in front. Returns what it did or
-- found: "made", "there", "file", "parent", or what the camera said.
local stat, mkdir, gsub = os.stat, os.mkdir, string.gsub
local function make(path)
  local there = stat(path)
  if there then return there.is_dir and "there" or "file", path end
  local parent = gsub(path, "/[^/]+$", "")
  if parent ~= "A" then
    local s = stat(parent)
    if s and not s.is_dir then return "file", parent end
    if not s then
      if not parents then return "parent", parent end
      local result, where = make(parent)
      if result ~= "made" then return result, where end
    end
  end
  local made, problem = mkdir(path)
  if made then return "made", path end
  return "error", problem or "error"
end
return make(path)
