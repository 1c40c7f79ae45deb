sleep(<!get_tick_count!>)
press(<!get_image_dir!>)
set_prop(1, <!imath.sind!>)
write_usb_msg(<!print!>)
for _, x in ipairs(<!get_zoom()!>) do print(x) end
for _, x in pairs(<!os.listdir!>) do print(x) end
print(string.rep(<!{}!>, 2), unpack(<!nil!>), next(<!"x"!>))
pcall(get_zoom)
print(get_zoom, tostring(get_zoom), type(print))
table.sort({ 1, 2 }, rawequal)
for _, x in ipairs(os.listdir("A/")) do print(x) end
print(string.rep(5, 2), string.len(5))
