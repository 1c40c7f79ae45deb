-- fires: warning
setmetatable(_G, {
  __index = function(_, name)
    print("no global", name)
    sleep(1000)
  end,
})
print(undeclared)
