-- The checksum of some pieces of a file. `path`, `starts` and `piece` stand in front.
local file = io.open(path, "rb")
if not file then return false end
local byte, sum = string.byte, 1
for i = 1, #starts do
  file:seek("set", starts[i])
  local text = file:read(piece) or ""
  for at = 1, #text do sum = sum * 16777619 + byte(text, at) end
end
file:close()
return true, sum
