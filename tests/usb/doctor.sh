# The doctor finds what is wrong, and what is right.
told() {
  grep "$1" /tmp/out || fail "the doctor said: $(cat /tmp/out)"
}

# Ends as it should: ends CODE COMMAND...
ends() {
  wanted=$1
  shift
  code=0
  "$@" >/tmp/out 2>/tmp/err || code=$?
  [ "$code" = "$wanted" ] || fail "$* ended with $code: $(cat /tmp/out /tmp/err)"
}

ends 4 moonshutter doctor
told '^trouble: no camera is seen'

mkdir /tmp/card
camera --card /tmp/card
ends 0 moonshutter doctor --report /tmp/report.json
told '^usb:001:[0-9]*  fine: Canon PowerShot SIM with CHDK.s PTP protocol 2.9$'
grep '"endpoint 0x81, Bulk, 512 bytes"' /tmp/report.json
grep '"TRACE ' /tmp/report.json
if grep -i 51a0c0ffee /tmp/report.json; then fail "the report has a serial number"; fi

ends 4 su -s /bin/sh nobody -c 'moonshutter doctor'
told 'trouble: the system does not let this user have the device 04a9:3271'
told 'SUBSYSTEM=="usb"'

moonshutter exec -c usb 'io.open("A/STARTED", "w"):close() repeat sleep(20) until os.stat("A/GO")' &
holder=$!
until_true test -e /tmp/card/STARTED
ends 4 moonshutter doctor
told "trouble: another program has Canon Digital Camera: moonshutter (process $holder)"
ends 0 moonshutter list
told "in use by moonshutter (process $holder)"
ends 0 moonshutter list --json
told "\"pid\": $holder"
touch /tmp/card/GO
wait "$holder"
unplug

camera --profile canon
ends 1 moonshutter doctor
told 'has no CHDK, or one without PTP'
unplug

camera --event 'every GetDeviceInfo: hang'
ends 5 moonshutter doctor --timeout 1
told 'cannot be talked to'
unplug
