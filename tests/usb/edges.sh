# Packets and transfers that end at every edge, and a lot of data both ways.
camera
moonshutter run edges.lua -c usb
cat >/tmp/big.lua <<'LUA'
con:upload("/tmp/big", "A/BIG.BIN")
con:download("A/BIG.BIN", "/tmp/back")
LUA
# No two pieces of it are the same; chance itself is slow to come by here.
dd if=/dev/urandom of=/tmp/some bs=1M count=2 2>/dev/null
for piece in $(seq 33); do
  echo "piece $piece"
  cat /tmp/some
done | head -c 67108864 >/tmp/big
moonshutter run /tmp/big.lua -c usb
[ "$(md5sum </tmp/big)" = "$(md5sum </tmp/back)" ] || fail "64 MiB came back changed"
rm /tmp/big /tmp/back /tmp/some
! grep sin: /tmp/camera.log
unplug
