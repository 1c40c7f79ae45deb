-- made by moonshutter types: changes here are lost
---@meta

---Replaces get_raw, get_video_button, get_focus_ok, save_config_file, load_config_file, set_mf by versions returning 1/0.
---
---Loaded automatically for files whose @chdk_version is 1.3 or missing.
---@type any
local wrap13 = {}

return wrap13
