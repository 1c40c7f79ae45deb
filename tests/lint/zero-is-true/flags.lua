local debug = 0
if <!debug!> then print(1) end
local found = 0
for i = 1, 3 do
  if get_prop(i) == 2 then found = 1 end
end
if <!found!> and get_shooting() then print(2) end
local running = 1
while <!running!> do
  if get_shooting() then running = 0 end
  sleep(10)
end
if <!0!> then print(3) end
local shots, zoom = 0, 0
shots = shots + 1
zoom = get_zoom()
if <!shots!> or <!zoom!> then print(4) end
-- Here 0 is compared, never meant, or not all that there is.
if debug == 1 or found ~= 0 then print(4) end
local last
for i = 1, 3 do last = 0 end
if last then print(5) end
local state = 0
state = nil
if state then print(6) end
local tv = 0
tv = get_current_tv96()
if tv then print(6) end
local count = 1
if count then print(7) end
local function f(flag)
  flag = 0
  if flag then print(8) end
end
f(1)
local x = get_shooting() and 0 or 1
while 1 do break end
print(x)
