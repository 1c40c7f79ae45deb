--[[
@title Config loader
@chdk_version 1.4.1
]]
local CONFIG = "A/CHDK/DATA/MYCONF.LUA"

local defaults = { interval = 5, shots = 3, iso = 100, name = "run", actions = { "focus", "shoot" } }

local function merge(into, from)
  for k, v in pairs(from) do
    if type(v) == "table" and type(into[k]) == "table" then
      merge(into[k], v)
    else
      into[k] = v
    end
  end
  return into
end

local function copy(t)
  local r = {}
  for k, v in pairs(t) do
    r[k] = type(v) == "table" and copy(v) or v
  end
  return r
end

local function load_config(path)
  local conf = copy(defaults)
  local chunk, err = loadfile(path)
  if not chunk then
    return conf, err
  end
  local env = setmetatable({}, { __index = function(_, k)
    error("config may not use " .. tostring(k), 2)
  end })
  setfenv(chunk, env)
  local ok, r = pcall(chunk)
  if not ok then
    return conf, r
  end
  return merge(conf, type(r) == "table" and r or env)
end

local function serialize(v, indent)
  indent = indent or ""
  if type(v) == "table" then
    local keys = {}
    for k in pairs(v) do
      keys[#keys + 1] = k
    end
    table.sort(keys, function(x, y) return tostring(x) < tostring(y) end)
    local out = {}
    for _, k in ipairs(keys) do
      local name = type(k) == "string" and string.match(k, "^[%a_][%w_]*$") and k or "[" .. serialize(k) .. "]"
      out[#out + 1] = indent .. "  " .. name .. " = " .. serialize(v[k], indent .. "  ")
    end
    return "{\n" .. table.concat(out, ",\n") .. "\n" .. indent .. "}"
  elseif type(v) == "string" then
    return string.format("%q", v)
  end
  return tostring(v)
end

local function save_config(path, conf)
  local f, err = io.open(path, "wb")
  if not f then
    return nil, err
  end
  f:write("return ", serialize(conf), "\n")
  f:close()
  return true
end

local actions = {
  focus = function()
    press("shoot_half")
    sleep(800)
    release("shoot_half")
  end,
  shoot = function()
    shoot()
  end,
  wait = function(c)
    sleep(c.interval * 1000)
  end,
}

local conf, err = load_config(CONFIG)
if err then
  print("using defaults: " .. tostring(err))
end
for i = 1, conf.shots do
  for _, name in ipairs(conf.actions) do
    local f = actions[name]
    if f then
      f(conf)
    else
      print("no action " .. name)
    end
  end
end
conf.runs = (conf.runs or 0) + 1
local ok, werr = save_config(CONFIG, conf)
if not ok then
  print(werr)
end
