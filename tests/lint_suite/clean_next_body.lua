-- clean
for k, v in next, { 10 } do sleep(v) end
