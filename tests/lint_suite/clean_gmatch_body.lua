-- clean
for word in ("set menu"):gmatch("%a+") do
  click(word)
end
