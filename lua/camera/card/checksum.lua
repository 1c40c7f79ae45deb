-- The checksum of a file: a polynomial in its bytes, modulo 2^32. `path` stands in front. The host computes the same in
-- src/camera/card/verify.rs.
local file = io.open(path, "rb")
if not file then return false end
-- a second of this takes ten times as long with the pauses of other scripts
local pauses, span
if set_yield then pauses, span = set_yield(100000, 50) end
local byte, sum, size = string.byte, 1, 0
while true do
  local text = file:read(4096)
  if not text then break end
  local length, at = #text, 1
  size = size + length
  while at + 15 <= length do
    local a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p = byte(text, at, at + 15)
    sum = (((((((sum * 16777619 + a) * 16777619 + b) * 16777619 + c) * 16777619 + d) * 16777619 + e) * 16777619 + f)
      * 16777619 + g) * 16777619 + h
    sum = (((((((sum * 16777619 + i) * 16777619 + j) * 16777619 + k) * 16777619 + l) * 16777619 + m) * 16777619 + n)
      * 16777619 + o) * 16777619 + p
    at = at + 16
  end
  while at <= length do
    sum = sum * 16777619 + byte(text, at)
    at = at + 1
  end
end
file:close()
if pauses then set_yield(pauses, span) end
local there = os.stat(path)
if not there then return false end
return true, sum, size, there.size, there.mtime
