# What a MiB costs in system calls. Times mean nothing in an emulated machine; counts do.
dd if=/dev/urandom of=/tmp/big bs=1M count=16 2>/dev/null
echo 'con:upload("/tmp/big", "A/BIG.BIN")' >/tmp/up.lua
echo 'con:download("A/BIG.BIN", "/tmp/back")' >/tmp/down.lua
echo 'con:connect()' >/tmp/nothing.lua
camera

# Calls of ioctl, and of all kinds.
count() {
  strace -f -c -o /tmp/counts moonshutter run "$1" -c usb
  awk '$NF == "ioctl" { ioctl = $4 } $NF == "total" { all = $4 ~ /^[0-9]+$/ ? $4 : $3 } END { print ioctl, all }' /tmp/counts
}

count /tmp/nothing.lua >/tmp/base
for way in up down; do
  count "/tmp/$way.lua" >/tmp/cost
  cat /tmp/base /tmp/cost >/tmp/both
  awk -v way="$way" '
    NR == 1 { ioctl = $1; all = $2 }
    NR == 2 {
      ioctl = ($1 - ioctl) / 16; all = ($2 - all) / 16
      printf "usb: counts: %s: %.1f ioctls and %.1f system calls in all for each MiB\n", way, ioctl, all
      exit !(ioctl < 24)
    }' /tmp/both >>/tmp/told || fail "too many: $(cat /tmp/both)"
done
cat /tmp/told
unplug
