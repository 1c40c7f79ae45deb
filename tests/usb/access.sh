# A camera that another program has, and one that this user may not have.
camera
moonshutter exec -c usb 'sleep(3000)' &
holder=$!
taken() { ! moonshutter exec -c usb 'return 1' 2>/tmp/err && grep -q 'another program has the camera' /tmp/err; }
until_true taken
grep gvfs /tmp/err
wait "$holder" || fail "whoever had it first was disturbed"
moonshutter exec -c usb 'return 1'
if su -s /bin/sh nobody -c 'moonshutter exec -c usb "return 1"' 2>/tmp/err; then fail "nobody may"; fi
cat /tmp/err; grep 'does not let this user' /tmp/err
su -s /bin/sh nobody -c 'moonshutter list' | grep '^usb:.*04a9:3271, cannot be opened'
unplug
