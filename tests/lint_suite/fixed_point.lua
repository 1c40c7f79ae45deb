-- fires: error
local function Y(f) return (function(x) return x(x) end)(function(x) return f(function(...) return x(x)(...) end) end) end
local count = Y(function(self) return function(n) if n == 0 then sleep(1) else self(n - 1) end end end)
pcall(count, 2)
