local v = get_vbatt()
print(string.format(<!"%.2f V"!>, v))
print((<!"%5g"!>):format(v))
local f = "%e and %d"
print(string.format(<!f!>, v, v))
print(string.format("%d%% of %s %5.5d %-5s %x %c %q", v, "f", v, "g", v, 65, "e"))
print(("%s"):format("%f"))
