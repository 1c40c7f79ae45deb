# What the tests share; runs the test that is its argument.

fail() {
  echo "$*"
  exit 1
}

# Waits for something to be so, a minute at most: the machine is emulated, and may have to share.
until_true() {
  give_up=$(($(cut -d. -f1 /proc/uptime) + 60))
  until "$@" >/dev/null 2>&1; do
    [ "$(cut -d. -f1 /proc/uptime)" -lt "$give_up" ] || fail "it never came to: $*"
    usleep 20000
  done
}

# The places of all cameras that are plugged in.
places() {
  moonshutter list 2>/dev/null | sed -n 's/^\(usb:[0-9:]*\).*/\1/p'
}

are_plugged() {
  [ "$(places | wc -l)" = "$1" ]
}

# Plugs in a simulated camera, or several: camera [OPTION...]
camera() {
  moonshutter sim -v --usbip 127.0.0.1:0 --attach "$@" >/dev/null 2>/tmp/camera.log &
  camera=$!
  until_true are_plugged "${cameras:-1}"
}

# Takes it away and waits until the kernel has noticed.
unplug() {
  kill "$camera"
  wait "$camera" || true
  until_true are_plugged 0
}

. "$1"
