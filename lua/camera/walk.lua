-- Goes through what is on the card and sends what it finds. `roots` and `filter` stand in front.
--
-- A root has the folder to begin in as `path`, patterns for the names of its first levels as `names` (in capitals; the
-- last of these levels is the first that is told of), and as `limit` the level whose folders are not entered any more.
-- A filter leaves out what the host would not want either; the host looks again.
--
-- What is sent is, in the order in which it is met:
--   NUMBER, false                            the root of this number is not there
--   NUMBER, true [, SIZE, TIME, ATTRIBUTES, IS_DIR]   it begins
--   LEVEL, NAME                              a folder begins, in the folder of the level above
--   NAME [, SIZE, TIME, ATTRIBUTES, IS_DIR]  something in the folder that began last
--
-- A folder is read to its end before the next one is opened: the names of the folders in it wait, and nothing else does.
local stat, idir, listdir, match, upper = os.stat, os.idir, os.listdir, string.match, string.upper

local function about(path)
  local s = stat(path)
  if s then return s.size, s.mtime, s.attrib, s.is_dir end
end

-- os.idir, where there is one (CHDK 1.3), holds one name at a time
local function open(path)
  if idir then return idir(path) end
  local names, at = listdir(path) or {}, 0
  return function()
    local name = names[at + 1]
    at = at + 1
    names[at] = nil
    return name
  end
end

-- Sizes and times are unsigned; the camera's numbers are not.
local function less(a, b)
  if (a < 0) ~= (b < 0) then return b < 0 end
  return a < b
end

local function any(patterns, name)
  for i = 1, #patterns do
    if match(name, patterns[i]) then return true end
  end
  return false
end

local function outside(range, number)
  number = tonumber(number)
  return number and (number < range[1] or number > range[2])
end

-- Whether a folder is of interest.
local function enters(name)
  local number = filter.folders and #name == 8 and match(name, "^([1-9]%d%d)[%w_]+$")
  return not (number and outside(filter.folders, number))
end

local function keeps(name, capitals, size, mtime)
  if filter.include and not any(filter.include, capitals) then return false end
  if filter.shots then
    local number = match(name, "^[%w_][%w_][%w_][%w_](%d%d%d%d)%.")
    if not number or outside(filter.shots, number) then return false end
  end
  if size == nil then return true end
  return not (filter.newer and less(mtime, filter.newer) or filter.older and less(filter.older, mtime)
    or filter.min and less(size, filter.min) or filter.max and less(filter.max, size))
end

local number, root = 0
local paths = {}            -- the folders on the way to the one that is read, by level, with a slash behind
local names, levels = {}, {} -- folders that wait, the next one last
local give, data, last, level, found
local seen, collect = 0, collectgarbage

local function begin(path, at)
  level, found, last = at, {}, nil
  paths[at] = match(path, "/$") and path or path .. "/"
  give, data, last = open(path)
end

send_each(function()
  while true do
    if give then
      last = give(data, last)
      if last == nil then
        give = nil
        for i = #found, 1, -1 do
          names[#names + 1] = found[i]
          levels[#levels + 1] = level + 1
        end
      else
        -- where nothing is sent, nobody else clears up
        seen = seen + 1
        if seen % 50 == 0 then collect("step", 20) end
        local name, here = last, level + 1
        local capitals = upper(name)
        local wanted = root.names[here]
        if name ~= "." and name ~= ".." and not (wanted and not match(capitals, wanted))
          and not (filter.exclude and any(filter.exclude, capitals)) then
          local size, mtime, attrib, is_dir = about(paths[level] .. name)
          local kept = is_dir and enters(name)
          if kept and here < root.limit then found[#found + 1] = name end
          if not is_dir then kept = keeps(name, capitals, size, mtime) end
          if kept and here >= #root.names then
            if size == nil then return name end
            return name, size, mtime, attrib, is_dir
          end
        end
      end
    elseif #names > 0 then
      local name, at = names[#names], levels[#levels]
      names[#names], levels[#levels] = nil, nil
      begin(paths[at - 1] .. name, at)
      return at, name
    else
      number = number + 1
      root = roots[number]
      if not root then return end
      local size, mtime, attrib, is_dir = about(root.path)
      local card = root.path == "A/"
      if size == nil and not card then return number, false end
      if root.limit > 0 and (is_dir or card) then begin(root.path, 0) end
      if size == nil then return number, true end
      return number, true, size, mtime, attrib, is_dir
    end
  end
end)
