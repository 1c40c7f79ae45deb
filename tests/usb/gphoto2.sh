# gphoto2, a client that none of us wrote, and ours take turns on the same camera.
camera
for turn in 1 2; do
  gphoto2 --port usb: --summary >/tmp/summary
  grep 'Canon PowerShot SIM' /tmp/summary
  moonshutter exec -c usb 'local f = io.open("A/TURN.TXT", "wb") f:write("x") f:close()'
  gphoto2 --port usb: --list-files | grep TURN.TXT
  gphoto2 --port usb: --folder /store_00010001 --get-file TURN.TXT --filename /tmp/turn --force-overwrite
  [ "$(cat /tmp/turn)" = x ]
  gphoto2 --port usb: --folder /store_00010001 --delete-file TURN.TXT
  [ "$(moonshutter exec -c usb 'return os.stat("A/TURN.TXT")' | head -n 1)" = nil ]
done
! grep sin: /tmp/camera.log
unplug
