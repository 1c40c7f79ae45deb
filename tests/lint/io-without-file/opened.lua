io.output("A/x")
io.write("x")
io.close()
<!io.read!>("*n")
