-- clean
local P = {} P.__index = P
function P.new(f) return setmetatable({ f = f, cbs = {} }, P) end
function P:next(f) table.insert(self.cbs, f) return self end
function P:run() local ok, v = pcall(self.f) for _, cb in ipairs(self.cbs) do cb(ok, v) end end
P.new(function() return get_prop(1) end):next(function(ok, v) sleep(v) end):run()
