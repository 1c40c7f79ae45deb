-- start: ptp
local list = { 1, 2 }
local count =
#list
print(count)
