-- basename(path): its last part, without slashes; nil for the root, which has none.
do
  local find, match = string.find, string.match
  function basename(path)
    if find(path, "^%a/*$") then return nil end
    return match(path, "([^/]+)/*$")
  end
end
