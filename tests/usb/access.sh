# A camera that another program has, and one that this user may not have.
mkdir /tmp/card
camera --card /tmp/card
moonshutter exec -c usb 'io.open("A/STARTED", "w"):close() repeat sleep(20) until os.stat("A/GO") return 7' >/tmp/first &
holder=$!
until_true test -e /tmp/card/STARTED
if moonshutter exec -c usb 'return 1' 2>/tmp/err; then fail "two programs have it"; fi
grep "another program has the camera at usb:001:[0-9]*: moonshutter (process $holder)" /tmp/err || fail "$(cat /tmp/err)"
touch /tmp/card/GO
wait "$holder" || fail "whoever had it first was disturbed"
[ "$(cat /tmp/first)" = 7 ]
moonshutter exec -c usb 'return 1'
if su -s /bin/sh nobody -c 'moonshutter exec -c usb "return 1"' 2>/tmp/err; then fail "nobody may"; fi
cat /tmp/err; grep 'does not let this user' /tmp/err
su -s /bin/sh nobody -c 'moonshutter list' | grep '^usb:.*04a9:3271, cannot be opened'
unplug
