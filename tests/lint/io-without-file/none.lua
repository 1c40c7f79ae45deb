<!io.write!>("x")
local line = <!io.read!>("*l")
for l in <!io.lines!>() do print(l) end
<!io.close!>()
<!io.stdout:write("x")!>
<!io.stderr:write("y")!>
local f = io.open("A/x", "w")
f:write(line)
io.close(f)
for l in io.lines("A/x") do print(l) end
