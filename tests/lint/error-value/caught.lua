local ok, e = pcall(function() error({ code = 1 }) end)
print(ok, e.code)
