-- Numbers as bytes, the lowest first.
local binstr = {}

local function bytes_of(number, size)
  local bytes = {}
  for i = 1, size do
    bytes[i] = string.char(bitand(number, 0xff))
    number = bitshru(number, 8)
  end
  return table.concat(bytes)
end

-- A number, or an array of them, as bytes.
function binstr.pack(value, size)
  size = size or 4
  if type(value) ~= "table" then return bytes_of(value, size) end
  local all = {}
  for i = 1, #value do all[i] = bytes_of(value[i], size) end
  return table.concat(all)
end

-- The number at a place, without a sign unless it has four bytes; nil beyond the end.
function binstr.getnum(s, size, pos)
  size, pos = size or 4, pos or 1
  if pos < 1 or pos + size - 1 > #s then return nil end
  local number = 0
  for i = pos + size - 1, pos, -1 do
    number = bitor(bitshl(number, 8), s:byte(i))
  end
  return number
end

-- All the numbers; bytes that are left over are not looked at.
function binstr.unpack(s, size)
  size = size or 4
  local all = {}
  for pos = 1, #s - size + 1, size do
    all[#all + 1] = binstr.getnum(s, size, pos)
  end
  return all
end

return binstr
