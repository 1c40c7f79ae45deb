if <!get_zoom == 1!> then print(1) end
if <!get_zoom > 1!> then print(2) end
local len = string.len
if <!len < 5!> then print(3) end
if get_zoom == nil or type(get_zoom) == "function" or get_zoom == print then print(4) end
if get_zoom then print(5) end
local own = get_zoom or 5
if own == 5 then print(6) end
