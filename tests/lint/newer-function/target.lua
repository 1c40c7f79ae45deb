-- target: 1.3
print(<!get_canon_image_format!>(), <!fmath.new!>(1))
set_aflock(1)
if usb_sync_wait then usb_sync_wait(true) end
local f = get_imager_active or function() return true end
print(f(), imath.sin)
