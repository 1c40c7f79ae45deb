if get_vbatt() < 3000 then <!error!>({ code = 1 }) end
if get_vbatt() < 3100 then <!error!>() end
if get_vbatt() < 3200 then <!error!>(nil) end
if get_vbatt() < 3300 then error("battery") end
local function fail(text) error(text, 2) end
if get_vbatt() < 3400 then fail("battery") end
error(get_vbatt())
