-- fires: error
for _, name in ipairs({ "calm", "waits" }) do
  require(name)
end
-- file A/CHDK/LUALIB/calm.lua
return {}
-- file A/CHDK/LUALIB/waits.lua
sleep(100)
