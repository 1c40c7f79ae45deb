--[[
@title T
@chdk_version 1.6
#flag=true "Flag"
#count=1 "Count"
#kind=1 "Kind" {a b} table
--]]
if <!get_video_button() == 1!> then print(1) end
if <!get_raw() ~= 0!> then print(2) end
if <!flag == 1!> then print(3) end
if <!count == true!> then print(4) end
if <!kind == 2!> then print(5) end
if <!get_shooting() > 0!> then print(6) end
local ready = get_flash_ready()
if <!ready == 1!> then print(7) end
if <!get_image_dir() == 0!> then print(8) end
if flag == true and count == 1 and kind.index == 2 then print(9) end
if get_shooting() == false or get_usb_power(1) == 1 then print(10) end
if get_focus_mode() == get_prop(3) or type(count) == "number" then print(11) end
if get_current_tv96() == nil then print(12) end
