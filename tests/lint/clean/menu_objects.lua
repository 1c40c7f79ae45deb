--[[
@title Menu demo
@chdk_version 1.4.1
]]
local Menu = {}
Menu.__index = Menu

function Menu.new(title)
  return setmetatable({ title = title, items = {}, pos = 1, done = false }, Menu)
end

function Menu:add(label, action)
  self.items[#self.items + 1] = { label = label, action = action }
  return self
end

function Menu:draw()
  cls()
  print(self.title)
  for i, item in ipairs(self.items) do
    local mark = i == self.pos and "> " or "  "
    local label = item.label
    if type(label) == "function" then
      label = label()
    end
    print(mark .. label)
  end
end

function Menu:move(by)
  self.pos = (self.pos - 1 + by + #self.items) % #self.items + 1
end

local keys = {
  up = function(m) m:move(-1) end,
  down = function(m) m:move(1) end,
  set = function(m)
    local item = m.items[m.pos]
    if item.action then
      item.action(m)
    end
  end,
  menu = function(m) m.done = true end,
}

function Menu:run()
  repeat
    self:draw()
    wait_click(0)
    for name, f in pairs(keys) do
      if is_key(name) then
        f(self)
        break
      end
    end
  until self.done
end

local settings = { name = "test", delay = 2, shots = 1 }

local function edit_name()
  local s = textbox("Name", "Enter a name", settings.name, 12)
  if s then
    settings.name = s
  end
end

local function submenu()
  local m = Menu.new("Delay")
  for _, v in ipairs{ 1, 2, 5, 10 } do
    m:add(v .. " s", function(menu)
      settings.delay = v
      menu.done = true
    end)
  end
  m:run()
end

local function go()
  for i = 1, settings.shots do
    sleep(settings.delay * 1000)
    shoot()
  end
end

Menu.new("Main")
  :add(function() return "Name: " .. settings.name end, edit_name)
  :add(function() return "Delay: " .. settings.delay end, submenu)
  :add("Shots +", function() settings.shots = settings.shots + 1 end)
  :add("Go", go)
  :add("Quit", function(m) m.done = true end)
  :run()
