-- extend_table(target, source, deep): sets what `source` has in `target`, and returns it. With `deep`, tables in it are
-- extended too and not shared; a table that occurs several times is the same table several times.
do
  local type, next, rawget = type, next, rawget
  local function extend(target, source, deep, copies)
    for key, value in next, source do
      if deep and type(value) == "table" then
        local copy = copies[value]
        if not copy then
          copy = rawget(target, key)
          if type(copy) ~= "table" then copy = {} end
          copies[value] = copy
          extend(copy, value, deep, copies)
        end
        value = copy
      end
      target[key] = value
    end
    return target
  end
  function extend_table(target, source, deep)
    if source == nil then return target end
    return extend(target, source, deep, { [source] = target })
  end
end
