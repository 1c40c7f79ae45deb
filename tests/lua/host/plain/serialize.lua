-- serialize and unserialize: what the camera can hold, exactly; what it cannot, with the path to it.
local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return rawequal(a, b) end
  for key, value in next, a do
    if not same(value, rawget(b, key)) then return false end
  end
  for key in next, b do
    if rawget(a, key) == nil then return false end
  end
  return true
end

local bytes = {}
for byte = 0, 255 do bytes[#bytes + 1] = string.char(byte) .. "7" end

local values = {
  1, -1, 2 ^ 31 - 1, -2 ^ 31, true, false, "", table.concat(bytes),
  {}, { 1, 2, nil, 4 }, { nil, 2 }, { ["end"] = { ["a b"] = 1 }, [-5] = {}, [true] = "x" },
}
for index, value in ipairs(values) do
  local text = serialize(value)
  assert(type(text) == "string" and same(unserialize(text), value), index .. ": " .. text)
  assert(same(load("return " .. text)(), value), index .. ": " .. text)
end

-- the same table gives the same text
local t = {}
for _, name in ipairs({ "q", "w", "e", "r", "t", "y" }) do t[name] = 1 end
assert(serialize(t) == "{e=1,q=1,r=1,t=1,w=1,y=1}", serialize(t))

-- shared tables stay shared, and cycles closed
local cycle = { {} }
cycle.me, cycle[cycle], cycle[2] = cycle, cycle, cycle[1]
local back = unserialize(serialize(cycle))
assert(back.me == back and back[back] == back and back[1] == back[2] and next(back[1]) == nil)
assert(load("return " .. serialize(cycle))().me.me)

-- metatables are left out, and not asked
assert(serialize(setmetatable({ 5 }, { __pairs = error, __index = error })) == "{5}")

-- failures
local function refused(value, text)
  local ok, e = pcall(serialize, value)
  assert(not ok and e.etype == "serialize" and e.msg:find(text, 1, true), tostring(e))
end
refused({ opts = { exposure = { 1, 1.5 } } }, "value.opts.exposure[2]: 1.5 has no place on the camera")
refused({ print }, "value[1]: a function has no place on the camera")
refused(2 ^ 31, "value: 2147483648 has no place")
refused(0 / 0, "has no place")
refused(con, "value: a userdata has no place")
local deep = {}
for _ = 1, 200 do deep = { deep } end
refused(deep, "a table in 190 others has no place on the camera: its parser goes no deeper")
local ok, e = pcall(serialize, 1, { prety = true })
assert(not ok and e.msg == "serialize: no option 'prety'; did you mean 'pretty'?", tostring(e))

-- chdkptp's options
assert(serialize({ 1 }, { pretty = false }) == "{1}")
assert(serialize({ 1, { a = 2 } }, { pretty = true }) == "{\n  1,\n  {\n    a = 2\n  }\n}")
assert(serialize({ a = { 1 } }, { bracket_keys = true, compact_arrays = false }) == '{["a"]={[1]=1}}')
assert(serialize({ 1.5, -1.5, 2.4 }, { forceint = true }) == "{2,-2,2}")
assert(serialize({ 0xFFFFFFFF, -1 }, { fix_bignum = true }) == "{-1,-1}")
assert(serialize({ print }, { err_type = false }):find('^{"function: '))
assert(serialize(cycle, { err_cycle = false }) == serialize(cycle))
ok, e = pcall(serialize, cycle, { err_cycle = true })
assert(not ok and e.etype == "serialize" and e.msg:find("err_cycle", 1, true), tostring(e))
ok, e = pcall(serialize, { a = { {} } }, { maxdepth = 2 })
assert(not ok and e.msg:find("value.a[1]: a table in 2 others", 1, true), tostring(e))
ok, e = pcall(serialize, 1, { maxdepth = "deep" })
assert(not ok and e.msg:find("option 'maxdepth' must be a number of tables", 1, true), tostring(e))

-- unsigned words, both ways
assert(signed(0xFFFFFFFF) == -1 and signed(5) == 5 and signed(-5) == -5)
assert(unsigned(-1) == 0xFFFFFFFF and unsigned(5) == 5 and unsigned(0xC0000000) == 0xC0000000)
assert(serialize({ signed(0xC0000000) }) == "{-1073741824}")
ok, e = pcall(signed, 1.5)
assert(not ok and e.msg == "signed: argument 1 (number) must be a whole number of 32 bits, not 1.5", tostring(e))

-- data is never run
local nothing, why = unserialize("os.exit(1)")
assert(nothing == false and type(why) == "string" and why:find("not a table in our format", 1, true), why)
assert(unserialize("nil") == nil and unserialize(t) == t)

-- a huge one
local huge = {}
for i = 1, 100000 do huge[i] = i % 7 == 0 and "seven" or i end
assert(same(unserialize(serialize(huge)), huge))
