-- clean
local function report(text)
  write_usb_msg(text)
end
pcall(report, "ready")
