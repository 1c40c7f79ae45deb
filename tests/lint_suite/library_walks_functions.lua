-- fires: error (library)
return { run = function()
    local set = { [sleep] = true }
    for f in pairs(set) do pcall(f, 1) end
end }
