-- Properties of this camera by name. Leaves the number of its propset in the global p, as it always has.
p = get_propset()
return require("gen/propset" .. p)
