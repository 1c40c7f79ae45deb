local a = <!require("propcas")!>
local b = <!require("my_own")!>
local c = require("gen/modelist")
local d = <!require("GEN/modelist")!>
local e = require("speedy")
local f = require("gen/propset" .. get_propset())
print(a, b, c, d, e, f)
