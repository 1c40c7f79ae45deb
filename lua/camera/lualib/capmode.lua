-- Capture modes by name and number.
local capmode = { mode_to_name = require("gen/modelist"), name_to_mode = {} }

for number, name in pairs(capmode.mode_to_name) do
  capmode.name_to_mode[name] = number
end

local function number_of(mode)
  if type(mode) == "string" then return capmode.name_to_mode[mode] end
  return mode
end

-- CHDK's number of the mode; 0 in playback.
function capmode.get()
  local record, _, word = get_mode()
  if not record then return 0 end
  return bitand(word, 0xff)
end

-- PLAY in playback, UNKNOWN for a mode without a name.
function capmode.get_name()
  local record = get_mode()
  if not record then return "PLAY" end
  return capmode.mode_to_name[capmode.get()] or "UNKNOWN"
end

-- Canon's number of the mode.
function capmode.get_canon()
  return get_prop(require("propcase").SHOOTING_MODE)
end

-- Sets the mode, by name or number; false if this camera cannot.
function capmode.set(mode)
  local number = number_of(mode)
  return number ~= nil and set_capture_mode(number)
end

-- Whether this camera has the mode, by name or number.
function capmode.valid(mode)
  local number = number_of(mode)
  return number ~= nil and is_capture_mode_valid(number)
end

return capmode
