-- fires: error
local cfg = {}
for line in ("mode=sleep\nn=3\n"):gmatch("[^\n]+") do local k, v = line:match("(%w+)=(%w+)") cfg[k] = v end
pcall(_G[cfg.mode], cfg.n)
