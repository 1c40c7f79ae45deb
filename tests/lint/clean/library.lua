-- start: library
-- A class with a log, as modules of scripts have it.
local log_methods = {}
local log_meta = { __index = log_methods }

function log_methods:write(...)
  local parts = { ... }
  for i = 1, #parts do parts[i] = tostring(parts[i]) end
  local text = table.concat(parts, "\t")
  if self.file then
    self.file:write(text, "\r\n")
  end
  if self.screen then print(text) end
  self.lines = self.lines + 1
end

function log_methods:close()
  if self.file then
    self.file:close()
    self.file = nil
  end
end

local function new(opts)
  local self = { lines = 0, screen = opts.screen, buffer = {} }
  if opts.name then
    self.file = io.open(opts.name, opts.append and "ab" or "wb")
  end
  return setmetatable(self, log_meta)
end

return { new = new, version = { 1, 0 } }
