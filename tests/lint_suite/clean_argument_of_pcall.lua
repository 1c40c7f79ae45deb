-- clean
pcall(print, sleep(10))
