-- Runs programs in stock Lua for tests/stock_lua.rs. In: a line with a program's length, then the program. Out: a line with
-- the transcript's length, then the transcript. Until the input ends.

local globals = {
  "assert", "collectgarbage", "error", "getfenv", "getmetatable", "ipairs", "load", "loadstring", "newproxy", "next",
  "pairs", "pcall", "rawequal", "rawget", "rawset", "select", "setfenv", "setmetatable", "tonumber", "tostring", "type",
  "unpack", "xpcall", "_VERSION",
}
local stock = _G
local format, gsub, byte, concat, type, select = string.format, string.gsub, string.byte, table.concat, type, select

local function escaped(c)
  return format("\\%03d", byte(c))
end

local function show(value)
  local kind = type(value)
  if kind == "number" then return format("%.14g", value) end
  if kind == "string" then
    -- The one thing that is made equal: chunks from text have no name on the camera.
    value = gsub(value, '%[string ".-"%]:(%d+):', ":%1:")
    return '"' .. gsub(value, '[%c"\\\128-\255]', escaped) .. '"'
  end
  if kind == "nil" or kind == "boolean" then return tostring(value) end
  return kind
end

local function environment(emit)
  local env = { emit = emit }
  for _, name in ipairs(globals) do env[name] = stock[name] end
  for _, library in ipairs { "string", "table", "math" } do
    env[library] = {}
    for name, value in pairs(stock[library]) do env[library][name] = value end
  end
  env._G = env
  return env
end

local function run(source)
  local lines = {}
  local function line(...)
    local shown = {}
    for i = 1, select("#", ...) do shown[i] = show((select(i, ...))) end
    lines[#lines + 1] = concat(shown, " ")
  end
  local chunk, reason = loadstring(source, "=")
  if not chunk then
    line("does not compile", reason)
    return concat(lines, "\n")
  end
  -- On a thread of its own, so that error levels and environments end where they end on the camera.
  local env = environment(line)
  setfenv(chunk, env)
  setfenv(0, env)
  local thread = coroutine.create(chunk)
  setfenv(0, stock)
  local ok, failure = coroutine.resume(thread)
  local text = type(failure) == "string" or type(failure) == "number"
  if ok then line("ends") else line("fails", text and tostring(failure) or nil) end
  return concat(lines, "\n")
end

while true do
  local length = io.read("*l")
  if not length then break end
  local transcript = run(io.read(tonumber(length)))
  io.write(#transcript, "\n", transcript)
  io.flush()
end
