-- joinpath(...): the parts of a path with one slash between them. Empty parts do not count.
do
  local select, type, error, sub = select, type, error, string.sub
  function joinpath(...)
    local path = ""
    for i = 1, select("#", ...) do
      local part = select(i, ...)
      if type(part) ~= "string" then error("joinpath: part " .. i .. " is a " .. type(part) .. ", not a string", 2) end
      while path ~= "" and sub(part, 1, 1) == "/" do part = sub(part, 2) end
      if path == "" or part == "" then
        path = path .. part
      else
        path = path .. (sub(path, -1) == "/" and "" or "/") .. part
      end
    end
    return path
  end
end
