-- fires: warning (library)
local Log = {}
Log.__index = Log
function Log.new() return setmetatable({}, Log) end
function Log:flush() write_usb_msg("x", 100) end
function Log.close() pcall(Log.flush, Log.new()) end
return Log
