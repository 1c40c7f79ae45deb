--[[
@title Classes
@chdk_version 1.5.1
#steps=5 "Steps" [1 50]
]]
local function class(parent)
  local c = {}
  c.__index = c
  c.super = parent
  setmetatable(c, {
    __index = parent,
    __call = function(cls, ...)
      local o = setmetatable({}, cls)
      if o.init then
        o:init(...)
      end
      return o
    end,
  })
  if parent then
    for k, v in pairs(parent) do
      if type(k) == "string" and string.sub(k, 1, 2) == "__" and k ~= "__index" then
        c[k] = v
      end
    end
  end
  return c
end

local Vec = class()
function Vec:init(x, y)
  self.x, self.y = x, y
end
Vec.__add = function(a, b) return Vec(a.x + b.x, a.y + b.y) end
Vec.__sub = function(a, b) return Vec(a.x - b.x, a.y - b.y) end
Vec.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Vec.__tostring = function(v) return "(" .. v.x .. "," .. v.y .. ")" end

local Step = class()
Step.name = "step"
function Step:init(delay)
  self.delay = delay or 100
end
function Step:run()
  sleep(self.delay)
end
function Step:__tostring()
  return self.name .. " " .. self.delay
end

local Shot = class(Step)
Shot.name = "shot"
function Shot:run()
  shoot()
  Step.run(self)
end

local Zoom = class(Step)
Zoom.name = "zoom"
function Zoom:init(to)
  self.super.super = nil
  Step.init(self, 300)
  self.to = to
end
function Zoom:run()
  set_zoom(self.to)
  Step.run(self)
end
function Zoom:__tostring()
  return "zoom to " .. self.to
end

local Plan = class()
function Plan:init()
  self.list = {}
  self.at = Vec(0, 0)
end
function Plan:add(step)
  table.insert(self.list, step)
  return self
end
function Plan:run()
  for i, step in ipairs(self.list) do
    print(i .. " " .. tostring(step))
    step:run()
    self.at = self.at + Vec(1, 0)
  end
  print("at " .. tostring(self.at))
end

local plan = Plan()
for i = 1, steps do
  plan:add(Zoom(i)):add(Shot(50 * i))
end
plan:add(Step(10))
plan:run()
if plan.at == Vec(steps * 2 + 1, 0) then
  print("complete")
end
