-- clean
local ok, cam = pcall(require, "cam")
if ok then cam.take() end
-- file A/CHDK/LUALIB/cam.lua
return { take = function() shoot() end }
