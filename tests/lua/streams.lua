-- Loops over what is on the camera, and all of it in one table.
local con = chdk.simulate({ time = "virtual" })

local seen = {}
for k, v in con:each("return pairs{a = {1}, b = 'x', [-1] = false}") do
  seen[k] = v
end
assert(seen.a[1] == 1 and seen.b == "x" and seen[-1] == false)

-- values beside the first may be nil, and are counted
local counted
for _ in function(...) return nil end do error("no turn at all") end
local each = con:each("local n = 0 return function() n = n + 1 if n == 1 then return 1, nil, 3, nil end end")
counted = select("#", each())
assert(counted == 4, counted)
assert(each() == nil and each() == nil)

-- one table: keys and values where there are two, a list where there is one, a list of lists where there are more
local map = con:collect("return pairs{a = 1, [2] = 'b'}")
assert(map.a == 1 and map[2] == "b")
local list = con:collect("local n = 0 return function() n = n + 1 if n <= 1000 then return 'n' .. n end end")
assert(#list == 1000 and list[1000] == "n1000")
local rows = con:collect("local n = 0 return function() n = n + 1 if n <= 3 then return n, n * n, nil, n end end")
assert(#rows == 3 and rows[3][1] == 3 and rows[3][2] == 9 and rows[3][3] == nil and rows[3][4] == 3)

-- libraries go along as with exec
assert(con:collect("return ipairs{basename('A/DCIM/X.JPG')}")[1] == "X.JPG")

-- errors are those of the script
local ok, e = con:collect_pcall([[local x
return x.y]])
assert(not ok and e.etype == "exec_runtime" and e.line == 31, tostring(e) .. " " .. tostring(e.line))
ok, e = pcall(con.each, con, "return", { libs = "nonesuch" })
assert(not ok and e.msg:find("each: no library 'nonesuch'", 1, true), tostring(e))
ok, e = pcall(function() for x in con:each("return ipairs{print}") do error(x) end end)
assert(not ok and e.msg:find("cannot send a function", 1, true), tostring(e))

-- a loop may be left: the script is ended by hand, or by the next one
for n in con:each("local n = 0 return function() n = n + 1 return n end") do
  if n == 5 then break end
end
assert(con:script_status().run)
con:killscript()
assert(con:execwait("return 1") == 1)
