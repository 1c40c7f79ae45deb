-- fires: warning
function tostring(v)
  sleep(1)
  return "value"
end
print({})
