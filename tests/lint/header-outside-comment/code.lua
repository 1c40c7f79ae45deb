local list = { 1, 2 }
local count =
<!#list!>
local text = [[
<!@param x In a string!>
@nothing
]]
print(count, text, #list)
local n =
  # list
print(n)
