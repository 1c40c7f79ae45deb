-- clean
local handlers = {}
local function on(name, f) handlers[name] = f end
local function emit(name, ...) return handlers[name](...) end
on("ready", function() sleep(10) end)
emit("ready")
pcall(cls)
