# Ctrl-C: the camera's script ends, a transfer under way is given up, and the next program finds the camera in order.
mkdir /tmp/card
camera --card /tmp/card
moonshutter exec -c usb 'io.open("A/STARTED", "w"):close() sleep(600000)' &
victim=$!
until_true test -e /tmp/card/STARTED
kill -INT "$victim"
code=0 && wait "$victim" || code=$?
[ "$code" = 130 ] || fail "it ended with $code"
[ "$(moonshutter exec -c usb 'return 6*7')" = 42 ] || fail "the script was left running"

dd if=/dev/urandom of=/tmp/big bs=1M count=32 2>/dev/null
echo 'con:upload("/tmp/big", "A/BIG.BIN")' >/tmp/up.lua
moonshutter run /tmp/up.lua -c usb &
victim=$!
until_true test -s /tmp/card/BIG.BIN
kill -INT "$victim"
code=0 && wait "$victim" || code=$?
[ "$code" = 130 ] || fail "it ended with $code"
[ "$(moonshutter exec -c usb 'return 6*7')" = 42 ] || fail "the transfer is in the way"
unplug
