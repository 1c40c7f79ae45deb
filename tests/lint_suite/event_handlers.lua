-- fires: error
local handlers = {}
local function on(name, f)
  handlers[name] = handlers[name] or {}
  table.insert(handlers[name], f)
end
local function emit(name, ...)
  for _, f in ipairs(handlers[name] or {}) do
    local ok, why = pcall(f, ...)
    if not ok then print(why) end
  end
end
on("ready", function() sleep(10) end)
emit("ready")
