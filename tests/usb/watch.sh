# Cameras are seen to come and go, by a watcher and by a script that asks again.
moonshutter list --watch >/tmp/seen &
watcher=$!
cat >/tmp/waits.lua <<'LUA'
repeat sys.sleep(20) until #chdk.list_usb_devices() == 1
local camera = chdk.connect("usb")
print(camera:execwait("return 6*7"))
repeat sys.sleep(20) until #chdk.list_usb_devices() == 0
print("gone")
LUA
moonshutter run /tmp/waits.lua >/tmp/script &
script=$!

seen() {
  [ "$(grep -c "^$1 usb:001:" /tmp/seen)" = "$2" ]
}

camera
until_true seen + 1
until_true grep 42 /tmp/script
unplug
until_true seen - 1
wait "$script" || fail "the script: $(cat /tmp/script)"
grep gone /tmp/script

# One that falls asleep is gone.
camera --event 'ScriptStatus 1: asleep'
until_true seen + 2
if moonshutter info -c usb 2>/tmp/err; then fail "it did not fall asleep"; fi
grep 'switched itself off' /tmp/err
until_true seen - 2
until_true are_plugged 0
kill "$camera"
kill -INT "$watcher"
if wait "$watcher"; then fail "nobody interrupted it"; fi
