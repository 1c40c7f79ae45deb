local config = loadfile("A/CHDK/DATA/x.cfg")
config()
print(from_config)
<!slep!>(1)
for _, n in ipairs({ "a_one", "a_two" }) do _G[n] = 1 end
print(a_one)
