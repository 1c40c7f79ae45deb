# The plug is pulled in each phase of a transaction, and put back.
dd if=/dev/urandom of=/tmp/big bs=1M count=4 2>/dev/null
echo 'con:upload("/tmp/big", "A/BIG.BIN")' >/tmp/up.lua
echo 'con:download("A/BIG.BIN", "/tmp/back")' >/tmp/down.lua
cp /tmp/up.lua /tmp/first.lua
for phase in "UploadFile 2" "UploadFile 2 data" "UploadFile 2 response"; do
  camera --event "$phase: disconnect"
  moonshutter run /tmp/up.lua -c usb
  if moonshutter run /tmp/up.lua -c usb 2>/tmp/err; then fail "it did not notice: $phase"; fi
  grep 'lost' /tmp/err
  until_true are_plugged 1
  moonshutter run /tmp/up.lua -c usb
  unplug
done
for phase in "DownloadFile 1" "DownloadFile 1 data" "DownloadFile 1 response"; do
  camera --event "$phase: disconnect"
  moonshutter run /tmp/up.lua -c usb
  if moonshutter run /tmp/down.lua -c usb 2>/tmp/err; then fail "it did not notice: $phase"; fi
  grep 'lost' /tmp/err
  until_true are_plugged 1
  moonshutter run /tmp/down.lua -c usb
  [ "$(md5sum </tmp/big)" = "$(md5sum </tmp/back)" ]
  unplug
done
