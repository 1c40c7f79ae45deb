# What the tests share; runs the test that is its argument.

fail() {
  echo "$*"
  exit 1
}

# Waits for something to be so, two minutes at most: the machine is emulated, and may have to share.
until_true() {
  give_up=$(($(cut -d. -f1 /proc/uptime) + 120))
  until "$@" >/dev/null 2>&1; do
    [ "$(cut -d. -f1 /proc/uptime)" -lt "$give_up" ] || fail "it never came to: $*"
    usleep 20000
  done
}

# The places of all cameras that are plugged in, as the kernel tells; it is asked often, and a program takes long to start here.
places() {
  for interface in /sys/bus/usb/devices/*:1.0; do
    { read -r class <"$interface/bInterfaceClass" && [ "$class" = 06 ] &&
      read -r bus <"${interface%:*}/busnum" && read -r number <"${interface%:*}/devnum"; } 2>/dev/null || continue
    printf 'usb:%03d:%03d\n' "$bus" "$number"
  done
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
