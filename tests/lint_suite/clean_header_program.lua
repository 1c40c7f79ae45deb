-- clean
--[[
@title interval
@chdk_version 1.6
@param n shots
@default n 3
--]]
local props = require("propcase")
local function sv() return get_prop(props.SV) end
for i = 1, n do
  local ok, value = pcall(sv)
  print(i, value)
  shoot()
  sleep(100)
end
