-- fires: error
local feed = setmetatable({}, { __call = function() sleep(1) end })
for x in feed do print(x) end
