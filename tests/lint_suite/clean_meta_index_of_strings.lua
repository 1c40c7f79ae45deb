-- clean
getmetatable("").__index = setmetatable({}, { __index = string })
print(("x"):upper())
sleep(1)
