-- splitpath(path): its parts in a list, the first of which is the root: {"A/", "DCIM", "100CANON"}.
do
  local match, gmatch = string.match, string.gmatch
  function splitpath(path)
    local root, rest = match(path, "^(%a/)/*(.*)$")
    local parts = { root }
    for part in gmatch(rest or path, "[^/]+") do parts[#parts + 1] = part end
    return parts
  end
end
