-- Tells how the camera is. What its CHDK is too old for stays nil.
local function ask(name, ...)
  local f = _G[name]
  if f then return f(...) end
end
local record, video, mode = get_mode()
return {
  record = record, video = video, mode = mode,
  battery = ask("get_vbatt"),
  optics = ask("get_temperature", 0), sensor = ask("get_temperature", 1), cells = ask("get_temperature", 2),
  disk = ask("get_disk_size"), free = ask("get_free_disk_space"), jpegs = ask("get_jpg_count"),
  counter = ask("get_exp_count"), folder = ask("get_image_dir"),
  propset = ask("get_propset"), up = ask("get_tick_count"),
  build = ask("get_buildinfo"),
}
