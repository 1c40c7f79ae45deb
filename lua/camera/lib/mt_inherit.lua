-- mt_inherit(t, base): what `t` does not have is looked for in `base`. Returns `t`.
function mt_inherit(t, base) return setmetatable(t, { __index = base }) end
