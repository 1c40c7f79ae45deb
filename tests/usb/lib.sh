# What the tests share; runs the test that is its argument.

fail() {
  echo "$*"
  exit 1
}

# Waits for something to be so, some seconds at most.
until_true() {
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 150 ] || fail "it never came to: $*"
    usleep 50000
  done
}

# How many cameras are plugged in.
plugged() {
  moonshutter list | grep -c '^usb:'
}

are_plugged() {
  [ "$(plugged)" = "$1" ]
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
