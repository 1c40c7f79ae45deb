-- clean
local function class(base)
  local c = {}
  if base then for k, v in pairs(base) do c[k] = v end end
  c.__index = c
  c.new = function(...)
    local o = setmetatable({}, c)
    if c.init then c.init(o, ...) end
    return o
  end
  return c
end
local A = class()
function A:init(n) self.n = n end
function A:run() sleep(self.n) end
A.__tostring = function(a) return "A" .. a.n end
A.__eq = function(a, b) return a.n == b.n end
local B = class(A)
function B:run() shoot() A.run(self) end
local a, b = A.new(5), B.new(6)
a:run() b:run()
print(tostring(a) .. tostring(b))
if a == b then print("same") end
