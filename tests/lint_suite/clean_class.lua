-- clean
local Shot = {}
Shot.__index = Shot
function Shot.new(n) return setmetatable({ n = n }, Shot) end
function Shot:take()
  for i = 1, self.n do shoot() end
end
Shot.new(2):take()
