-- clean
for k, v in pairs({ a = 10, b = 20 }) do
  sleep(v)
end
