--[[
@title Forward declarations
@chdk_version 1.4
#ui_depth=3 "Depth" [1 10]
#ui_trace=false "Trace"
--]]

local visit, leave
local seen = {}

local function enter(node, depth)
  if depth > ui_depth then return leave(node) end
  return visit(node, depth + 1)
end

function visit(node, depth)
  if seen[node] then return 0 end
  seen[node] = true
  if ui_trace then print(string.rep(" ", depth) .. node) end
  return 1 + enter(node .. "x", depth)
end

leave = function(node)
  if ui_trace then print("left " .. #node) end
  return 0
end

-- Globals that one function sets and another reads.
local function start()
  started = get_tick_count()
  total = 0
end

local function count(n)
  total = total + n
  elapsed = get_tick_count() - started
end

start()
count(visit("a", 0))
print(total, elapsed)

-- Dispatch by name, with a default.
local actions = { up = function() return 1 end, down = function() return -1 end }
local function act(key)
  local f = actions[key] or function() return 0 end
  return f()
end

repeat
  wait_click(1000)
  for _, key in ipairs({ "up", "down", "set" }) do
    if is_key(key) then total = total + act(key) end
  end
until is_key("menu") or is_key("no_key")
