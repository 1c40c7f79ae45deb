# What a MiB costs in system calls, less what a file of one byte costs. Times mean nothing in an emulated machine; counts do.
printf x >/tmp/one
dd if=/dev/urandom of=/tmp/big bs=1M count=8 2>/dev/null
echo 'con:upload(arg[1], "A/BIG.BIN")' >/tmp/up.lua
echo 'con:download("A/BIG.BIN", "/tmp/back")' >/tmp/down.lua
camera

# Calls of ioctl, and of all kinds.
count() {
  strace -f -c -o /tmp/counts moonshutter run "$@" -c usb
  awk '$NF == "ioctl" { ioctl = $4 } $NF == "total" { all = $4 ~ /^[0-9]+$/ ? $4 : $3 } END { print ioctl, all }' /tmp/counts
}

for size in one big; do
  count /tmp/up.lua "/tmp/$size" >>/tmp/counted.up
  count /tmp/down.lua >>/tmp/counted.down
done
for way in up down; do
  awk -v way="$way" '
    NR == 1 { ioctl = $1; all = $2 }
    NR == 2 {
      ioctl = ($1 - ioctl) / 8; all = ($2 - all) / 8
      printf "usb: counts: %s: %.1f ioctls and %.1f system calls in all for each MiB\n", way, ioctl, all
      exit !(ioctl < 24)
    }' "/tmp/counted.$way" || fail "too many, $way: $(cat "/tmp/counted.$way")"
done
unplug
