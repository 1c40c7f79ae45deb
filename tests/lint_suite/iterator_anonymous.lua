-- fires: error
for x in function() sleep(1) end do break end
