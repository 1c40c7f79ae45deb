-- fires: warning
local parts = {}
for p in ("wait,click"):gmatch("[^,]+") do parts[#parts + 1] = p end
pcall(_G[table.concat(parts, "_")], 10)
