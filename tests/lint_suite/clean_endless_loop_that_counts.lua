-- clean
local shots, last = 0, nil
local function cautious(f, ...)
    if type(f) == "number" then sleep(f) else return pcall(f, ...) end
end
repeat
    shots = shots + 1
    last = get_tick_count()
    cautious(print, shots, last)
    cautious(100)
until is_key("set")
