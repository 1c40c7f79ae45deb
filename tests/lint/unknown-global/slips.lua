<!slep!>(1000)
local count = 0
print(<!cuont!> + 1)
print(<!somebody!>)
<!nobody!>()
local b = <!binstr!>.pack(1)
do local hidden = 1 print(hidden) end
print(<!hidden!>, b, count)
local function all(...) return #<!arg!> end
print(all(1))
