-- fires: warning
local function pages()
  local i = 0
  return function()
    i = i + 1
    if i > 2 then sleep(10) return nil end
    return i
  end
end
for page in pages() do print(page) end
