-- fires (menu): where the message is there, the concatenation succeeds and the shot is protected
local M3 = { __concat = function() return read_usb_msg() end }
local o4 = setmetatable({}, M3)
local v = 'a' .. 'b' .. o4
pcall(shoot, 1)
