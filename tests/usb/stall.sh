# A camera that stalls: an error that says so, and the next program brings it back into step where it stands.
dd if=/dev/urandom of=/tmp/big bs=1M count=4 2>/dev/null
echo 'con:upload("/tmp/big", "A/BIG.BIN")' >/tmp/up.lua
echo 'con:download("A/BIG.BIN", "/tmp/back")' >/tmp/down.lua
camera --event 'UploadFile 2 data: stall' --event 'DownloadFile 1 data: stall' --event 'OpenSession 5: stall'
moonshutter run /tmp/up.lua -c usb
before=$(places)
for script in /tmp/up.lua /tmp/down.lua; do
  if moonshutter run "$script" -c usb 2>/tmp/err; then fail "it did not notice"; fi
  grep 'stall' /tmp/err
  moonshutter run "$script" -c usb
done
# The fifth session was refused, and tried once more.
[ "$(md5sum </tmp/big)" = "$(md5sum </tmp/back)" ]
[ "$(places)" = "$before" ] || fail "it was plugged in anew"
unplug
