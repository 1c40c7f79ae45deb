-- clean
for i = 1, get_jpg_count() do print(i) end
local function mixin(into, from)
  for k, v in pairs(from) do
    into[k] = v
  end
  return into
end
local Shooter = { go = function(self) shoot() end }
local Meter = { read = function(self) return get_bv96() end }
local cam = mixin(mixin({}, Shooter), Meter)
cam:go()
local ok, v = pcall(cam.read, cam)
print(v)
