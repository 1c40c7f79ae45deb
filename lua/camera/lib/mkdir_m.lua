-- mkdir_m(path): makes a folder, and those that it is in. Returns true, also if it was there, or false and a reason.
do
  local stat, mkdir, dirname, gsub = os.stat, os.mkdir, dirname, string.gsub
  local function make(path)
    local there = stat(path)
    if there then
      if there.is_dir then return true end
      return false, path .. " is a file"
    end
    local parent = dirname(path)
    if parent and parent ~= path then
      local made, problem = make(parent)
      if not made then return false, problem end
    end
    local made, problem = mkdir(path)
    if made then return true end
    return false, problem or path .. ": cannot be made"
  end
  function mkdir_m(path)
    -- a slash at the end is good for the root alone
    return make((gsub(path, "([^/])/+$", function(last) if #path > 2 then return last end end)))
  end
end
