-- fires: error
local s = ("key=sleep"):gsub("(%w+)=(%w+)", "%2")
pcall(_G[s], 1)
