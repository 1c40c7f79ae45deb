print(table.<!unpack!>({ 1 }))
print(string.<!lenght!>("x"))
print(imath.<!sinus!>(3))
hook_shoot.<!wait_ready!>()
print(string.len("x"), imath.sinr(3), hook_shoot.count(), table["concat"]({}))
if string.trim then print(string.trim("x")) end
function string.pad(s) return s end
print(string.pad("x"), _G.sleep, package.anything)
