# The plug is pulled in each phase of a transaction (command, data, response), of one that sends data and of one that fetches
# some, and put back each time.
size=4194304
dd if=/dev/urandom of=/tmp/big bs=1M count=4 2>/dev/null
echo 'con:upload("/tmp/big", "A/BIG.BIN")' >/tmp/up.lua
echo 'con:download("A/BIG.BIN", "/tmp/down/back")' >/tmp/down.lua
mkdir /tmp/card /tmp/down
camera --card /tmp/card --event 'UploadFile 1: disconnect' --event 'UploadFile 2 data: disconnect' \
  --event 'UploadFile 3 response: disconnect' --event 'DownloadFile 1: disconnect' \
  --event 'DownloadFile 2 data: disconnect' --event 'DownloadFile 3 response: disconnect'

is_back() {
  now=$(places)
  [ -n "$now" ] && [ "$now" != "$before" ]
}

# Fails as it should, and waits until the camera is there again.
loses() {
  before=$(places)
  code=0
  moonshutter run "$1" -c usb 2>/tmp/err || code=$?
  [ "$code" = 5 ] || fail "it ended with $code: $(cat /tmp/err)"
  grep 'lost' /tmp/err || fail "$(cat /tmp/err)"
  until_true is_back
}

there() {
  stat -c %s /tmp/card/BIG.BIN 2>/dev/null || echo none
}

# What is on the card shows in which phase it was.
loses /tmp/up.lua
[ "$(there)" = none ] || fail "after the command: $(there)"
loses /tmp/up.lua
[ "$(there)" != none ] && [ "$(there)" -lt "$size" ] || fail "in the data: $(there)"
loses /tmp/up.lua
[ "$(there)" = "$size" ] || fail "before the response: $(there)"
moonshutter run /tmp/up.lua -c usb

for phase in command data response; do
  loses /tmp/down.lua
  [ -z "$(ls -A /tmp/down)" ] || fail "$phase: $(ls -lA /tmp/down)"
done
moonshutter run /tmp/down.lua -c usb
[ "$(md5sum </tmp/big)" = "$(md5sum </tmp/down/back)" ] || fail "it came back changed"
! grep sin: /tmp/camera.log
unplug
