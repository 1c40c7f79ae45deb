-- For scripts that were written for CHDK 1.3, where these functions had numbers for true and false.
for _, name in ipairs({
  "get_raw", "get_video_button", "get_focus_ok", "save_config_file", "load_config_file", "set_mf",
}) do
  local current = _G[name]
  _G[name] = function(...)
    local result = current(...)
    if result and result ~= 0 then return 1 end
    return 0
  end
end
