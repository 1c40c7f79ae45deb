-- dirname(path): the folder that its last part is in. That of "A/DCIM" and of "A/" is "A/"; a name alone has none: nil.
do
  local find, match = string.find, string.match
  function dirname(path)
    if find(path, "^%a/+[^/]*/*$") then return match(path, "^%a/") end
    return match(path, "^(.*[^/])/+[^/]+/*$")
  end
end
