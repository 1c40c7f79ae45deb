local function same(a, b, to, from, trail)
  if type(a) ~= "table" or type(b) ~= "table" then return rawequal(a, b) end
  to, from, trail = to or {}, from or {}, trail or {}
  if to[a] or from[b] then return to[a] == b and from[b] == a end
  to[a], from[b] = b, a
  trail[#trail + 1] = a
  local keys, left = {}, 0
  for key, value in next, a do
    if type(key) == "table" then
      keys[#keys + 1] = key
    else
      local other = rawget(b, key)
      if other == nil or not same(value, other, to, from, trail) then return false end
      left = left + 1
    end
  end
  local others = {}
  for key in next, b do
    if type(key) == "table" then others[#others + 1] = key else left = left - 1 end
  end
  if left ~= 0 or #keys ~= #others then return false end
  for _, key in ipairs(keys) do
    local found
    for i, other in ipairs(others) do
      local mark = #trail
      if same(key, other, to, from, trail) and same(a[key], b[other], to, from, trail) then
        found = i
        break
      end
      while #trail > mark do
        local table = trail[#trail]
        from[to[table]], to[table], trail[#trail] = nil, nil, nil
      end
    end
    if not found then return false end
    table.remove(others, found)
  end
  return true
end
