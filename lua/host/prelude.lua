-- What stands between a host script and our Rust functions.
--
-- A Rust function gives back true and its values, or false and an error table, or nil and a value that somebody else
-- threw (src/host/native.rs). Here the last two become errors. This file also gives scripts the names of Lua 5.1 that
-- chdkptp's scripts use. Its own lines never show in a traceback: the chunk's name is how they are told apart.
local native, marker = ...

local error, pcall, xpcall, select, type, tostring = error, pcall, xpcall, select, type, tostring
local rawget, setmetatable, pairs, ipairs = rawget, setmetatable, pairs, ipairs
local gmatch, find, format, concat = string.gmatch, string.find, string.format, table.concat
local stack, resume, create = debug.traceback, coroutine.resume, coroutine.create

-- errors ------------------------------------------------------------------------------------------------------------

local error_meta = {
  __tostring = function(e)
    local text = e.msg or e.etype or "unknown error"
    if e.camera then text = format("%s (camera %s)", tostring(text), tostring(e.camera)) end
    return tostring(text)
  end,
}

-- The script's own lines of the stack as it is now.
local function traceback()
  local kept = { "stack traceback:" }
  for line in gmatch(stack("", 2), "[^\n]+") do
    local ours = find(line, marker, 1, true) or find(line, "^\t%[C%]:") or find(line, "^\t%(%.%.%.tail calls")
    if find(line, "^\t") and not ours then kept[#kept + 1] = line end
  end
  return concat(kept, "\n")
end

local function dress(e)
  e.traceback = traceback()
  return setmetatable(e, error_meta)
end

local function check(ok, ...)
  if ok then return ... end
  local e = ...
  if ok == false then dress(e) end
  error(e, 0)
end

local function throwing(f)
  return function(...) return check(f(...)) end
end

local function all_throwing(functions)
  local wrapped = {}
  for name, f in pairs(functions) do wrapped[name] = throwing(f) end
  return wrapped
end

-- The hook is what Ctrl-C ends a script with, so it cannot be had. Taking one's own away is nothing to complain about.
debug.sethook = function(...)
  local hook = ...
  if type(hook) == "thread" then hook = select(2, ...) end
  if hook ~= nil then error("debug.sethook is not to be had here: Ctrl-C needs the hook", 2) end
end
debug.gethook = function() return nil end

errlib = {
  new = function(e) return dress(type(e) == "table" and e or {}) end,
  throw = function(e) error(dress(type(e) == "table" and e or {}), 0) end,
}

-- connections ---------------------------------------------------------------------------------------------------------

local methods = {}
for name, f in pairs(native.con) do
  local method = throwing(f)
  methods[name] = method
  methods[name .. "_pcall"] = function(...) return pcall(method, ...) end
end

-- An iterator is a function of ours that has to throw, too.
local each = methods.each
methods.each = function(...) return throwing(each(...)) end
methods.each_pcall = function(...) return pcall(methods.each, ...) end

local function bad_arg(text, ...)
  error(dress({ etype = "bad_arg", critical = true, msg = format(text, ...) }), 0)
end

-- con.remote.os.stat("A/"): a function of the camera's by its name, called with values of the host. What stands between
-- the dots is checked here, so that nothing but a name is ever put into the code. con:remote{timeout=1000} is con.remote
-- with options of call_remote's.
local call_remote = methods.call_remote

local function remote(con, options, path)
  return setmetatable({}, {
    __index = function(_, name)
      if type(name) ~= "string" or not find(name, "^[A-Za-z_][A-Za-z0-9_]*$") then
        bad_arg("con.remote: '%s' is no name: write it as in con.remote.os.stat('A/')", tostring(name))
      end
      return remote(con, options, path and path .. "." .. name or name)
    end,
    __newindex = function(_, name) bad_arg("con.remote.%s: nothing can be set on the camera this way", tostring(name)) end,
    __call = function(_, ...)
      if path then return call_remote(con, path, options, ...) end
      local given, more = ...
      if type(given) == "userdata" then given = more end
      if given ~= nil and type(given) ~= "table" then
        bad_arg("remote: options are a table, and functions stand behind a dot, as in con.remote.get_mode()")
      end
      return remote(con, given)
    end,
    __tostring = function() return "con.remote" .. (path and "." .. path or "") end,
  })
end

local get_field, set_field = throwing(native.get_field), throwing(native.set_field)
local metamethods = {
  __index = function(con, name)
    if name == "remote" then return remote(con) end
    return methods[name] or get_field(con, name)
  end,
  __newindex = function(con, name, value) set_field(con, name, value) end,
  __tostring = throwing(native.describe),
}

-- simulated cameras --------------------------------------------------------------------------------------------------

local sim_methods, no_sim_method = all_throwing(native.sim), throwing(native.no_sim_method)

local function sim_index(sim, name) return sim_methods[name] or no_sim_method(sim, name) end

-- modules -------------------------------------------------------------------------------------------------------------

chdk = all_throwing(native.chdk)

-- Libraries for camera scripts, under chdkptp's name too. Its functions are called as methods.
local libraries = all_throwing(native.rlibs)
chdk.rlibs = {
  register = function(_, lib) return libraries.register(lib) end,
  register_array = function(_, libs)
    for _, lib in ipairs(libs) do libraries.register(lib) end
  end,
  code = function(_, names) return libraries.code(names) end,
  names = function() return libraries.names() end,
}
chdku = {
  rlibs = chdk.rlibs,
  -- A function for the option 'msgs': takes apart what a msg_batcher on the camera has put together.
  msg_unbatcher = function(list)
    return function(message)
      if message.subtype ~= "table" then
        local text = format("a message of subtype %s, where a batch was expected", tostring(message.subtype))
        error(dress({ etype = "wrongmsg_sub", msg = text }), 0)
      end
      for _, value in ipairs(message.value) do list[#list + 1] = value end
    end
  end,
}

sys = all_throwing(native.sys)
serialize = throwing(native.serialize)
signed, unsigned = throwing(native.signed), throwing(native.unsigned)

-- A table that arrived as one is passed through, so that scripts that decode messages themselves go on working.
function unserialize(text)
  if type(text) == "table" then return text end
  local ok, value = native.unserialize(text)
  if ok then return value end
  return false, type(value) == "table" and value.msg or value
end

-- leaving early -------------------------------------------------------------------------------------------------------

os.exit = throwing(native.exit)

-- A coroutine that is unwound is dead, and whoever resumed it would go on: it must go too.
local leaving = throwing(native.leaving)
local function pass(ok, ...)
  if not ok and leaving() then error("the script is being stopped", 0) end
  return ok, ...
end

function coroutine.resume(...) return pass(resume(...)) end

local function pass_or_throw(ok, ...)
  if ok then return ... end
  leaving()
  local e = ...
  error(e, 0)
end

function coroutine.wrap(f)
  local co = create(f)
  return function(...) return pass_or_throw(resume(co, ...)) end
end

-- No hook runs while a handler looks at an error that a hook has thrown: an endless one could never be stopped.
function _G.xpcall(f, handler, ...)
  return xpcall(f, function(e)
    if leaving() then return e end
    return handler(e)
  end, ...)
end

-- names of Lua 5.1 and of chdkptp -------------------------------------------------------------------------------------

unpack = unpack or table.unpack
loadstring = loadstring or load
package.loaders = package.loaders or package.searchers
math.log10 = math.log10 or function(x) return math.log(x, 10) end
math.pow = math.pow or function(x, y) return x ^ y end

table.maxn = table.maxn or function(t)
  local most = 0
  for key in next, t do
    if type(key) == "number" and key > most then most = key end
  end
  return most
end

function printf(...) io.stdout:write(format(...)) end

function fprintf(file, ...) file:write(format(...)) end

function warnf(...) io.stderr:write("WARNING: ", format(...)) end

function errf(...) io.stderr:write("ERROR: ", format(...)) end

-- running -------------------------------------------------------------------------------------------------------------

local function describe(e)
  local ok, text = pcall(tostring, e)
  return ok and type(text) == "string" and text or "an error value of type " .. type(e)
end

-- What is told of an error that nobody caught.
local function uncaught(e)
  if leaving() then return {} end
  local told = { traceback = traceback() }
  if type(e) == "table" then
    told.etype, told.ptp_rc, told.camera = rawget(e, "etype"), rawget(e, "ptp_rc"), rawget(e, "camera")
    told.text = rawget(e, "msg") or describe(e)
    -- Where it was thrown tells more than where it was thrown on.
    if type(rawget(e, "traceback")) == "string" then told.traceback = rawget(e, "traceback") end
  elseif type(e) == "string" then
    told.text, told.placed = e, true
  else
    told.text = describe(e)
  end
  return told
end

return {
  metamethods = metamethods,
  sim_index = sim_index,
  methods = { con = methods, sim = sim_methods },
  run = function(chunk, ...) return xpcall(chunk, uncaught, ...) end,
}
