# What a program that was killed leaves behind: a session, half an upload, half a download, a script.
camera
dd if=/dev/urandom of=/tmp/big bs=1M count=48 2>/dev/null
echo 'con:upload("/tmp/big", "A/BIG.BIN")' >/tmp/up.lua
echo 'con:download("A/BIG.BIN", "/tmp/back")' >/tmp/down.lua
moonshutter run /tmp/up.lua -c usb
for script in /tmp/up.lua /tmp/down.lua /tmp/up.lua /tmp/down.lua; do
  moonshutter run "$script" -c usb &
  victim=$!
  usleep 150000
  kill -9 "$victim" 2>/dev/null || true
  wait "$victim" || true
  [ "$(moonshutter exec -c usb 'return 6*7')" = 42 ] || fail "after $script was killed"
done
moonshutter exec -c usb 'sleep(60000)' &
victim=$!
usleep 400000
kill -9 "$victim"
wait "$victim" || true
[ "$(moonshutter exec -c usb --replace 'return 6*7')" = 42 ]
unplug
