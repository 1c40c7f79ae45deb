-- clean
function restore()
  set_zoom(0)
  write_usb_msg("bye")
end
sleep(1000)
