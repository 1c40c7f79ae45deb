-- fires: warning
local f = is_key("set") and shoot or cls
pcall(f)
