-- clean
loadstring("sleep(10)")()
