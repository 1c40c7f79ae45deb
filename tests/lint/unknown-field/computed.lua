for _, name in ipairs({ "trim", "split" }) do string[name] = print end
string.trim("x")
