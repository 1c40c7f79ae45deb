# Where the system has too little memory for all transfers at once, they get smaller.
echo 1 >/sys/module/usbcore/parameters/usbfs_memory_mb
dd if=/dev/urandom of=/tmp/big bs=1M count=3 2>/dev/null
echo 'con:upload("/tmp/big", "A/BIG.BIN") con:download("A/BIG.BIN", arg[1])' >/tmp/both.lua
cameras=8 && camera --cameras 8
users=
for spec in $(places); do
  moonshutter run -v /tmp/both.lua "/tmp/back.$spec" -c "$spec" 2>"/tmp/err.$spec" &
  users="$users $!"
done
for user in $users; do wait "$user" || fail "$(cat /tmp/err.*)"; done
for back in /tmp/back.*; do
  [ "$(md5sum </tmp/big)" = "$(md5sum <"$back")" ] || fail "$back is not the same"
done
echo "usb: memory: $(cat /tmp/err.* | grep -c 'no memory for larger') times less"
echo 16 >/sys/module/usbcore/parameters/usbfs_memory_mb
unplug
