# Where the system has too little memory for all transfers at once, they get smaller.
lends=/sys/module/usbcore/parameters/usbfs_memory_mb
trap 'echo 16 >"$lends"' EXIT
echo 1 >"$lends"
dd if=/dev/urandom of=/tmp/big bs=1M count=2 2>/dev/null
echo 'con:upload("/tmp/big", "A/BIG.BIN") con:download("A/BIG.BIN", arg[1])' >/tmp/both.lua
cameras=8 && camera --cameras 8

# Eight programs that want twice what there is; until they get into each other's way, which takes one round or two.
less=0 round=0
while [ "$less" = 0 ]; do
  round=$((round + 1))
  [ "$round" -le 5 ] || fail "there was always enough"
  users=
  for spec in $(places); do
    moonshutter run -v /tmp/both.lua "/tmp/back.$spec" -c "$spec" 2>"/tmp/err.$spec" &
    users="$users $!"
  done
  for user in $users; do wait "$user" || fail "$(cat /tmp/err.*)"; done
  [ "$(ls /tmp/back.* | wc -l)" = 8 ] || fail "$(ls /tmp)"
  for back in /tmp/back.*; do
    [ "$(md5sum </tmp/big)" = "$(md5sum <"$back")" ] || fail "$back is not the same"
    rm "$back"
  done
  less=$(cat /tmp/err.* | grep -c 'no memory for larger' || true)
done
echo "usb: memory: transfers made smaller $less times in round $round"
unplug
