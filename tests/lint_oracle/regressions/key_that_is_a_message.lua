-- fires (menu): any field of the table may be what is called
local function f2()
  press('set') release('set')
end
local t3 = { go = f2, stay = function() if is_key('set') then cls() end end }
local f4 = t3[read_usb_msg() or 'stay']
pcall(function() return f4(1) end)
