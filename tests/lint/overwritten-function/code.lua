<!type!> = 5
print(type(3))
<!table!> = {}
table.insert(table, 1)
-- Wrappers, and names that are not used as the camera's.
local old = shoot
function shoot() sleep(1) return old() end
shoot()
string = "abc"
print(string)
print = nil
