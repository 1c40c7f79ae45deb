-- clean
local MODES = { "auto", "manual" }
local run = { auto = function() return get_zoom() end, manual = function() click("set") end }
local r, ok = pcall(run[MODES[1]])
run[MODES[get_prop(1) + 1]]()
