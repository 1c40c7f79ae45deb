-- clean
assert(loadstring("sleep(10)"))()
