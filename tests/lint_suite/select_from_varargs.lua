-- fires: error
local function last(...) return (select(select("#", ...), ...)) end
pcall(last(cls, shoot))
