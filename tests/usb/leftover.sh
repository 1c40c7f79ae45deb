# What a program that was killed leaves behind: a session, half an upload, half a download, a script.
size=33554432
mkdir /tmp/card
camera --card /tmp/card
dd if=/dev/urandom of=/tmp/big bs=1M count=32 2>/dev/null
echo 'con:upload("/tmp/big", "A/BIG.BIN")' >/tmp/up.lua
echo 'con:download("A/BIG.BIN", "/tmp/down/back")' >/tmp/down.lua
mkdir /tmp/down

# Of the file that grows, which may have to come into being first: a pattern.
grown() {
  stat -c %s $1 2>/dev/null | head -n 1
}

has_grown() {
  now=$(grown "$1")
  [ "${now:-0}" -gt 1000000 ]
}

for turn in 1 2; do
  rm -f /tmp/card/BIG.BIN
  moonshutter run /tmp/up.lua -c usb &
  victim=$!
  until_true has_grown /tmp/card/BIG.BIN
  kill -9 "$victim"
  if wait "$victim"; then fail "the upload was through"; fi
  [ "$(grown /tmp/card/BIG.BIN)" -lt "$size" ] || fail "nothing was left of the upload"
  [ "$(moonshutter exec -c usb 'return 6*7')" = 42 ] || fail "after an upload was killed"

  cp /tmp/big /tmp/card/BIG.BIN
  moonshutter run /tmp/down.lua -c usb &
  victim=$!
  until_true has_grown "/tmp/down/.moonshutter-*.part"
  kill -9 "$victim"
  if wait "$victim"; then fail "the download was through"; fi
  [ ! -e /tmp/down/back ] || fail "nothing was left of the download"
  rm /tmp/down/.moonshutter-*.part
  [ "$(moonshutter exec -c usb 'return 6*7')" = 42 ] || fail "after a download was killed"
done

moonshutter exec -c usb 'io.open("A/STARTED", "w"):close() sleep(600000)' &
victim=$!
until_true test -e /tmp/card/STARTED
kill -9 "$victim"
wait "$victim" || true
[ "$(moonshutter exec -c usb --replace 'return 6*7')" = 42 ]
! grep sin: /tmp/camera.log
unplug
