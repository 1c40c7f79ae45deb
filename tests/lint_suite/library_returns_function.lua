-- fires: warning (library)
return function(n)
  for key in function() wait_click(n) return nil end do print(key) end
end
