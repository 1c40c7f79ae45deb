-- Sets globals, for scripts that require it.
speed = 5

function speed_of(n)
  return n * speed
end
